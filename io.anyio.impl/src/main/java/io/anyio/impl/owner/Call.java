package io.anyio.impl.owner;

import io.anyio.api.spi.Skippable;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Body;
import io.anyio.api.task.LoopClosedException;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.thread.TimedWait;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A body that runs as a task while an ordinary thread waits for its outcome.
 *
 * @param <T> the type of its value
 */
final class Call<T extends @Nullable Object> implements Body<@Nullable Void, RuntimeException>, Skippable {
    private static final long LOOK_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Body<T, ?> body;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable T value;
    private @Nullable Throwable error;

    Call(Body<T, ?> body) {
        this.body = body;
    }

    /** {@inheritDoc} It never fails: the error of the body goes to the caller. */
    @Override
    public @Nullable Void call() {
        try {
            value = body.call();
        } catch (Throwable e) {
            error = e;
        } finally {
            ended.countDown();
        }
        return null;
    }

    @Override
    public void skipped(Throwable why) {
        error = why;
        ended.countDown();
    }

    /** Waits for the end of the body. */
    boolean awaitBody(long nanos) throws InterruptedException {
        return ended.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether the body has failed; called after its end. */
    boolean failed() {
        return error != null;
    }

    /**
     * Waits until the task or loop in which the body runs has ended: after the body, or without it if the loop breaks.
     * An interrupt of the caller cancels the body; the caller continues to wait, and its interrupt status is set at the
     * end.
     */
    @SuppressWarnings("NullAway") // the value is of type T if there was no error
    <X extends Exception> T awaitValue(Consumer<String> cancel, TimedWait end, Loop loop) throws X {
        boolean interrupted = false;
        while (true) {
            try {
                if (end.await(LOOK_NANOS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                cancel.accept("the thread that waits for it was interrupted");
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (loop.breakage.cause() != null && (error != null || ended.getCount() > 0)) {
            LoopClosedException broken = loop.breakage.closedException("The call was cancelled");
            if (error != null) {
                broken.addSuppressed(error);
            }
            throw broken;
        }
        if (error != null) {
            throw Sneaky.<X>asThrown(error);
        }
        return value;
    }
}
