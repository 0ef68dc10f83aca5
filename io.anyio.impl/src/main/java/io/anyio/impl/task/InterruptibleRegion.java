package io.anyio.impl.task;

import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Foreign blocking code which a cancellation interrupts, with a handshake so that no interrupt of ours is seen after the region.
 *
 * <pre>
 *   IDLE --canceller--> SENDING --> SENT      the interrupt was sent: the region's end clears the flag
 *     \----task-------> LEFT                  no interrupt will be sent any more
 * </pre>
 */
final class InterruptibleRegion {
    private enum State {
        IDLE, SENDING, SENT, LEFT
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final Thread thread = Thread.currentThread();
    private final Scope scope;

    private InterruptibleRegion(Task<?> task) {
        this.scope = task.scope();
    }

    @SuppressWarnings("NullAway") // the value is of type T if there was no failure
    static <T extends @Nullable Object, X extends Exception> T run(Task<?> task, Body<T, X> body) throws X {
        task.checkCancelled();
        InterruptibleRegion region = new InterruptibleRegion(task);
        InterruptibleRegion outer = task.region;
        task.region = region;
        task.run.regions.add(region);
        T value = null;
        Throwable failure = null;
        try {
            value = body.call();
        } catch (Throwable e) {
            failure = e;
        }
        task.run.regions.remove(region);
        task.region = outer;
        boolean interrupted = region.leave();
        if (failure == null) {
            return value;
        }
        if (interrupted && isInterruption(failure)) {
            CancelledError cancelled = task.cancelled();
            cancelled.initCause(failure);
            throw cancelled;
        }
        throw Sneaky.<X>asThrown(failure);
    }

    private static boolean isInterruption(@Nullable Throwable failure) {
        return failure instanceof InterruptedException || failure instanceof ClosedByInterruptException;
    }

    boolean sees(Scope cancelled) {
        return scope.sees(cancelled);
    }

    void interrupt() {
        if (state.compareAndSet(State.IDLE, State.SENDING)) {
            thread.interrupt();
            state.set(State.SENT);
        }
    }

    /** Ends the region; true if an interrupt was sent, whose flag is clear now. */
    private boolean leave() {
        if (state.compareAndSet(State.IDLE, State.LEFT)) {
            return false;
        }
        while (state.get() == State.SENDING) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        return true;
    }
}
