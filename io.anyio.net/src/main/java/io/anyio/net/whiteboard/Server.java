package io.anyio.net.whiteboard;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
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

    private static final ScopeOptions ACCEPT = ScopeOptions.DEFAULT.name("accept");

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

    /** Serves until it retires. */
    abstract void serve(S open) throws Exception;

    /** Runs its work, and returns when the work and all connections have ended. */
    void during(Block<RuntimeException> work) {
        work.run();
    }

    /** Asks the handlers of connections to finish, and cancels them after a time. */
    void finish(Duration limit) {}

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
            owner.spawn("serve " + where(), Bodies.of(() -> run(first)));
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
            endUnlessStopped();
        }
    }

    /** The task has ended: because the server retired, or, for example, because somebody cancelled the task. */
    private void endUnlessStopped() {
        try {
            if (!owner.isStopping()) {
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
        try {
            serveAgainAndAgain(first);
        } finally {
            if (isRetired()) {
                stopped.countDown();
            }
        }
    }

    private void serveAgainAndAgain(@Nullable S first) {
        S next = first;
        while (next != null || !isRetired()) {
            long since = Long.MAX_VALUE;
            try (S open = next == null ? untilRetired(() -> attempts.listen(this)) : next) {
                if (open == null) {
                    return;
                }
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
            untilRetired(Bodies.of(pauses::pause));
        }
    }

    /** Waits for something; null if the server retires before. */
    final <T, X extends Exception> @Nullable T untilRetired(Body<? extends @Nullable T, X> wait) throws X {
        CancelScope scope = TaskContext.current("a server").openCancelScope(ACCEPT);
        accepting = scope;
        if (isRetired()) {
            scope.cancel();
        }
        return scope.<@Nullable T, X>call(wait::call, null);
    }

    final EndpointSettings settings() {
        return settings;
    }

    /**
     * Changes what applies to new connections.
     *
     * @throws NotServedException if what is to encrypt them cannot be obtained
     */
    void change(EndpointSettings changed) {
        settings = changed;
    }

    final boolean isRetired() {
        return attempts.isRetired();
    }

    /**
     * Stops to listen; the port is free on return, unless the loop or the handler of a datagram is busy. Connections go
     * on. From any thread.
     */
    final void retire() {
        if (!attempts.retire(this)) {
            return;
        }
        CancelScope scope = accepting;
        if (scope != null) {
            scope.cancel("the server has retired");
        }
        Patience.await(stopped, RELEASE);
    }

    /** Ends it, and lets go of its handler. A task does not wait for the grace: it leaves that to a thread. */
    final void close() {
        retire();
        boolean waits = graceOrNull() != null && TaskContext.currentOrNull() != null;
        if (!waits || !inAThread(this::end)) {
            end();
        }
    }

    private void end() {
        try {
            stop();
        } finally {
            handler.release();
        }
    }

    /** Begins to stop it in a thread of its own, if there can be one. */
    final void beginToStop() {
        boolean _ = inAThread(this::stop);
    }

    private boolean inAThread(Runnable part) {
        try {
            Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("anyio-close " + where())
                    .start(part);
            return true;
        } catch (Throwable _) {
            return false;
        }
    }

    /** Ends the connections and their tasks. A second call waits for that, too. */
    private void stop() {
        Duration grace = graceOrNull();
        if (grace != null) {
            Duration most = owner.graceLeft();
            Duration limit = grace.compareTo(most) < 0 ? grace : most;
            finish(limit);
            Patience.await(ended, limit);
        }
        owner.close();
    }

    private @Nullable Duration graceOrNull() {
        return owner.isStopping() ? null : settings.grace();
    }

    /** Whether it listens no more, and never will: because it has retired, or its task is ending. */
    final boolean hasStopped() {
        return stopped.getCount() == 0;
    }

    /** Whether its task has ended, and its handler has been released; who stops it releases it afterwards. */
    final boolean hasEnded() {
        return ended.getCount() == 0 && handler.isReleased();
    }

    /** On which port it listens; empty while it does not. */
    final Optional<Integer> port() {
        return attempts.port();
    }

    /** Why it does not listen, if it does not. */
    final Optional<Trouble> trouble() {
        return attempts.trouble();
    }

    /** Its handler, and where it listens. */
    final String where() {
        return name + " on " + attempts.at();
    }

    @Override
    public String toString() {
        return attempts.toString();
    }
}
