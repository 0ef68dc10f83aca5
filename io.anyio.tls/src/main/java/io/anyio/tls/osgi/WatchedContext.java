package io.anyio.tls.osgi;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A context whose files are looked at when a handshake begins, once a second at most and in its worker thread: so
 * nothing runs while nobody connects, and no loop waits for a disk.
 *
 * <p>Files that cannot be used leave what was there; if nothing was, handshakes fail. Both end when the files can be
 * used, because they are tried again.
 *
 * <p>One thread looks at a time; the others use what is there meanwhile. What it has read counts only if the
 * configuration has not changed meanwhile.
 */
final class WatchedContext implements TlsContext {
    private static final Report LOG = new Report(ContextSettings.PID);
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    /**
     * What is there.
     *
     * @param wanted what the configuration says
     * @param good what handshakes use, possibly by an earlier configuration; null for nothing
     * @param problem why that is not what is wanted; empty if it is
     */
    private record State(ContextSettings wanted, @Nullable LoadedContext good, String problem) {
        /** Reads the files of a configuration. If they cannot be used, what is good stays. */
        static State read(ContextSettings wanted, @Nullable LoadedContext good) {
            try {
                return new State(wanted, LoadedContext.of(wanted), "");
            } catch (InvalidContextException e) {
                return new State(wanted, good, String.valueOf(e.getMessage()));
            }
        }

        /** The same with the present files of an earlier configuration, as long as that is in use. */
        State withFilesOfEarlier() {
            return good == null || good.settings().equals(wanted) || good.isCurrent()
                    ? this
                    : new State(wanted, read(good.settings(), good).good, problem);
        }

        boolean isCurrent() {
            return problem.isEmpty() && good != null && good.isCurrent();
        }

        ContextSettings settings() {
            return good == null ? wanted : good.settings();
        }

        SSLContext context() {
            if (good == null) {
                throw new IllegalStateException("The TLS context '" + wanted.name() + "' has no keys: " + problem);
            }
            return good.context();
        }
    }

    private final AtomicReference<State> current;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final LongSupplier clock;
    private volatile long looked;

    WatchedContext(ContextSettings settings, LongSupplier clock) {
        this.clock = clock;
        State first = State.read(settings, null);
        this.current = new AtomicReference<>(first);
        this.looked = clock.getAsLong();
        logProblem(first);
    }

    private State now() {
        return Objects.requireNonNull(current.get());
    }

    /**
     * Uses another configuration. If its files cannot be used, the last good one stays until they can, unless that has
     * another name: its keys would be those of a stranger.
     */
    void use(ContextSettings settings) {
        LoadedContext good = now().good;
        State next = State.read(settings,
                good == null || good.settings().name().equals(settings.name()) ? good : null);
        current.set(next);
        logProblem(next);
    }

    private static void logProblem(State state) {
        if (!state.problem.isEmpty()) {
            LOG.log(System.Logger.Level.ERROR, null, "The TLS context '", state.wanted.name(),
                    state.good == null
                            ? "' has no keys, and its handshakes fail until this is mended: "
                            : "' keeps the keys that it had until this is mended: ",
                    state.problem);
        }
    }

    /** In a task, which must not wait for a disk, it is what the last handshake looked at. */
    @Override
    public SSLContext sslContext() {
        return TaskContext.currentOrNull() == null ? newest() : now().context();
    }

    @Override
    public TlsListenerOptions listener(TlsListenerOptions options) {
        return Objects.requireNonNull(options, "TlsContext.listener: the options are null")
                .session(o -> chosen(o, true));
    }

    @Override
    public TlsOptions client(TlsOptions options) {
        return chosen(Objects.requireNonNull(options, "TlsContext.client: the options are null"), false);
    }

    /** All values are those that are good when the handshake begins: the options may be used for long. */
    private TlsOptions chosen(TlsOptions options, boolean server) {
        Consumer<SSLParameters> own = options.parameters();
        return options.contextSource(this::newest).parameters(parameters -> {
            now().settings().apply(parameters, server);
            own.accept(parameters);
        });
    }

    private SSLContext newest() {
        if (clock.getAsLong() - looked >= PAUSE && looking.compareAndSet(false, true)) {
            try {
                look(now());
            } finally {
                looked = clock.getAsLong();
                looking.set(false);
            }
        }
        return now().context();
    }

    /** Files that could not be used are tried again, although they look the same: a right may have been missing. */
    private void look(State seen) {
        if (seen.isCurrent()) {
            return;
        }
        State next = State.read(seen.wanted, seen.good).withFilesOfEarlier();
        if (current.compareAndSet(seen, next)) {
            if (next.problem.isEmpty()) {
                LOG.log(System.Logger.Level.INFO, null, "The TLS context '", next.wanted.name(),
                        "' has what its files have now");
            } else if (!next.problem.equals(seen.problem)) {
                logProblem(next);
            }
        }
    }
}
