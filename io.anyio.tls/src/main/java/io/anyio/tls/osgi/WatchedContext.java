package io.anyio.tls.osgi;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.Report;
import io.anyio.api.tls.ClientCertificate;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A context whose files are looked at when a handshake begins, once a second at most and in its worker thread: so
 * nothing runs while nobody connects, and no loop waits for a disk. Files that cannot be used leave what was there.
 *
 * <p>One thread looks at a time; the others use what is there meanwhile. What it has read counts only if the
 * configuration has not changed meanwhile.
 */
final class WatchedContext implements TlsContext {
    private static final Report LOG = new Report(ContextSettings.PID);
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final AtomicReference<LoadedContext> current;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final LongSupplier clock;
    private volatile long looked;

    WatchedContext(LoadedContext loaded, LongSupplier clock) {
        this.current = new AtomicReference<>(loaded);
        this.clock = clock;
        this.looked = clock.getAsLong();
    }

    private LoadedContext now() {
        return Objects.requireNonNull(current.get());
    }

    void use(LoadedContext loaded) {
        current.set(loaded);
    }

    /** In a task, which must not wait for a disk, it is what the last handshake looked at. */
    @Override
    public SSLContext sslContext() {
        return TaskContext.currentOrNull() == null ? newest() : now().context();
    }

    @Override
    public TlsListenerOptions listener(TlsListenerOptions options) {
        ClientCertificate clients = now().settings().clients();
        return Objects.requireNonNull(options, "TlsContext.listener: the options are null").session(
                o -> client(clients == ClientCertificate.NOT_ASKED ? o : o.clientCertificate(clients)));
    }

    @Override
    public TlsOptions client(TlsOptions options) {
        Objects.requireNonNull(options, "TlsContext.client: the options are null");
        List<String> protocols = now().settings().protocols();
        TlsOptions chosen = options.contextSource(this::newest);
        if (protocols.isEmpty()) {
            return chosen;
        }
        Consumer<SSLParameters> own = options.parameters();
        return chosen.parameters(parameters -> {
            parameters.setProtocols(protocols.toArray(String[]::new));
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
    private void look(LoadedContext seen) {
        if (seen.problem() == null && LoadedContext.stamps(seen.settings()).equals(seen.stamps())) {
            return;
        }
        String name = seen.settings().name();
        try {
            if (current.compareAndSet(seen, LoadedContext.of(seen.settings()))) {
                LOG.log(System.Logger.Level.INFO, null, "The TLS context '", name, "' has what its files have now");
            }
        } catch (InvalidContextException e) {
            String problem = Errors.text(e);
            if (current.compareAndSet(seen, seen.broken(problem)) && !problem.equals(seen.problem())) {
                LOG.log(System.Logger.Level.ERROR, null, "The TLS context '", name, "' keeps the keys that it had: ",
                        e.getMessage());
            }
        }
    }
}
