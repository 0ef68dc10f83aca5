package io.anyio.impl.thread;

import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.Body;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.ContextTask;
import org.jspecify.annotations.Nullable;

/**
 * A function that a worker thread runs while the task that has begun it goes on. Whoever wants the value may wait for
 * it, later or never; nothing interrupts the function. It gets a token only if one is free, so nobody waits for it.
 *
 * @param <T> the type of the value
 */
public final class Begun<T> implements Runnable {
    private final Body<T, ?> body;
    private final CapacityLimiter limiter;
    private final Loop loop;
    private final Event ended;
    private @Nullable T value;
    private @Nullable Throwable error;

    private Begun(Body<T, ?> body, CapacityLimiter limiter, ContextTask<?> task) {
        this.body = body;
        this.limiter = limiter;
        this.loop = task.loop;
        this.ended = task.runtime().require(Synchronization.class).createEvent();
    }

    /**
     * Begins, for the current task. Not a checkpoint.
     *
     * @param <T> the type of the value
     * @param body the function
     * @param limiter the limiter
     * @return what was begun, or null if no token is free
     */
    public static <T> @Nullable Begun<T> tryBegin(Body<T, ?> body, CapacityLimiter limiter) {
        ContextTask<?> task = ContextTask.current("AnyIO.runInWorkerThread");
        Begun<T> begun = new Begun<>(body, limiter, task);
        try {
            limiter.acquireOnBehalfOfNowait(begun);
        } catch (WouldBlockException _) {
            return null;
        }
        task.loop.quiet.beginOutside();
        boolean started = false;
        try {
            Workers.pool(task.run).execute(begun);
            started = true;
            return begun;
        } finally {
            if (!started) {
                begun.leave();
            }
        }
    }

    /** Waits for its end. A checkpoint; who is cancelled may wait again. */
    public void awaitEnd() {
        ended.await();
    }

    /**
     * What the function has returned or thrown, after its end.
     *
     * @param <X> the checked exception of the function
     * @return the value
     * @throws X if the function has thrown it
     */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // there is a value if there was no error
    public <X extends Exception> T value() throws X {
        Throwable thrown = error;
        if (thrown != null) {
            throw Sneaky.<X>asThrown(thrown);
        }
        return value;
    }

    @Override
    public void run() {
        try {
            value = body.call();
        } catch (Throwable e) {
            error = e;
        } finally {
            leave();
        }
    }

    /** In the order of {@link WorkerCall}. */
    private void leave() {
        try {
            limiter.releaseOnBehalfOf(this);
        } finally {
            try {
                ended.set();
            } finally {
                loop.quiet.endOutside();
            }
        }
    }
}
