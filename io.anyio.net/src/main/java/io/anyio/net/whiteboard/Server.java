package io.anyio.net.whiteboard;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.net.settings.EndpointSettings;
import io.anyio.net.whiteboard.Attempts.Trouble;
import java.io.Closeable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The server of one end point. If the system refuses something, such as a busy port, the server's task tries again
 * until it succeeds. A server that has retired listens no more; it ends by itself when its last connection has ended.
 *
 * @param <S> the type of its socket
 */
abstract class Server<S extends Closeable> implements Attempts.Kind<S> {
    /** How long a loop may take to free a port that another thread has closed; it may be busy. */
    private static final Duration RELEASE = Duration.ofMillis(100);

    final Owner owner;
    final HandlerLease handler;
    final String name;
    private final Attempts<S> attempts;
    private final Pauses pauses = new Pauses();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile EndpointSettings settings;
    private volatile @Nullable CancelScope accepting;

    /** What its connections have come to. */
    record Figures(int connections, long accepted, long failures, long peerFailures, long idle, long left) {}

    Server(EndpointSettings settings, HandlerLease handler, Owner owner, Runnable changes) {
        this.settings = settings;
        this.handler = handler;
        String type = handler.type();
        this.name = type.substring(type.lastIndexOf('.') + 1);
        this.owner = owner;
        this.attempts = new Attempts<>(owner, name, settings.endpoint(), changes);
    }

    /** Serves until it is closed. */
    abstract void serve(S open) throws Exception;

    /** Runs its work, and returns when the work and all connections have ended. */
    abstract void during(Block<RuntimeException> work);

    /** Asks the handlers to finish, and cancels them after a time. */
    abstract void finish(Duration grace);

    abstract Figures figures();

    /**
     * Listens, or begins to wait for its port.
     *
     * @throws IllegalStateException if the loop of its bundle broke
     * @throws LoopClosedException if the bundle of the handler, or ours, has stopped
     */
    final void start() {
        boolean started = false;
        try {
            S first = listenOrNull();
            owner.spawn("serve " + name + " on " + attempts.at(), Bodies.of(() -> run(first)));
            started = true;
        } catch (LoopClosedException e) {
            throw owner.isStopping() ? e : new IllegalStateException(e.getMessage(), e);
        } finally {
            if (!started) {
                owner.close();
            }
        }
    }

    private @Nullable S listenOrNull() {
        try {
            return attempts.listen(this);
        } catch (LoopClosedException e) {
            throw e;
        } catch (CancelledError _) {
            return null; // the task that registers the service is cancelled, but ours is not
        } catch (Throwable e) {
            attempts.refused(e);
            return null;
        }
    }

    private void run(@Nullable S first) {
        try {
            S next = first;
            while (!endsWell(next)) {
                next = null;
                pauses.pause();
            }
        } catch (CancelledError e) {
            if (!owner.isStopping()) {
                attempts.tell(" has ended: ", new Trouble(FailureCode.BROKEN, e.reason()));
            }
            throw e;
        } finally {
            stopped.countDown();
            endAfterRetirement();
        }
    }

    private void endAfterRetirement() {
        try {
            if (isRetired()) {
                end();
            }
        } finally {
            ended.countDown();
        }
    }

    /** Serves until it retires. False if an error has ended it before, with all its connections. */
    private boolean endsWell(@Nullable S first) {
        try {
            during(() -> acceptUntilRetired(first));
            return true;
        } catch (CancelledError e) {
            throw e;
        } catch (Throwable e) {
            boolean over = owner.isStopping() || isRetired();
            if (!over) {
                attempts.interrupted(e);
            }
            return over;
        }
    }

    private void acceptUntilRetired(@Nullable S first) {
        CancelScope scope = TaskContext.current("a server").openCancelScope(ScopeOptions.DEFAULT.name("accept"));
        accepting = scope;
        if (isRetired()) {
            scope.cancel();
        }
        try {
            scope.run(() -> serveAgainAndAgain(first));
        } finally {
            if (isRetired()) {
                stopped.countDown();
            }
        }
    }

    private void serveAgainAndAgain(@Nullable S first) {
        S next = first;
        while (!isRetired()) {
            long since = Long.MAX_VALUE;
            try (S open = next == null ? attempts.listen(this) : next) {
                since = System.nanoTime();
                serve(open);
                return;
            } catch (CancelledError e) {
                throw e;
            } catch (Throwable e) {
                if (owner.isStopping() || isRetired()) {
                    return;
                }
                if (since == Long.MAX_VALUE) {
                    attempts.refused(e);
                } else {
                    if (pauses.afterOneThatLasted(since)) {
                        attempts.forget();
                    }
                    attempts.interrupted(e);
                }
            }
            next = null;
            pauses.pause();
        }
    }

    final EndpointSettings settings() {
        return settings;
    }

    /** Changes what applies to new connections. */
    void change(EndpointSettings changed) {
        settings = changed;
    }

    final boolean isRetired() {
        return attempts.isRetired();
    }

    /** Stops to listen; the port is free on return, unless the loop is busy. Connections go on. From any thread. */
    final void retire() {
        attempts.retire(this);
        CancelScope scope = accepting;
        if (scope != null) {
            scope.cancel("the server has retired");
        }
        Patience.await(stopped, RELEASE);
    }

    /** Ends the listener, the connections and their tasks, within the grace of the owner. */
    final void close() {
        retire();
        Duration grace = settings.grace();
        if (grace != null && !owner.isStopping()) {
            finish(grace);
            Duration longest = owner.graceLeft();
            Patience.await(ended, grace.compareTo(longest) < 0 ? grace : longest);
        }
        end();
    }

    private void end() {
        try {
            owner.close();
        } finally {
            handler.release();
        }
    }

    /** Whether its task has ended. */
    final boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** On which port it listens; empty while it does not. */
    final Optional<Integer> port() {
        return attempts.port();
    }

    /** Why it does not listen, if it does not. */
    final Optional<Trouble> trouble() {
        return attempts.trouble();
    }

    @Override
    public String toString() {
        return attempts.toString();
    }
}
