package io.anyio.impl.task;

import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import org.jspecify.annotations.Nullable;

/**
 * Foreign blocking code which a cancellation of a scope around it interrupts; see {@link Interruption} for the
 * handshake.
 *
 * <p>Nothing is sent while the code stands in a shielded scope of its own, or in an inner region, which gets the
 * interrupt then; what came meanwhile is sent on the way back. A cancel from outside of the loop first marks its scope
 * and then looks for regions; a region first opens and then looks for marks. So one of both sees the other, also if the
 * region keeps the loop busy and the cancel cannot be delivered.
 */
final class InterruptibleRegion {
    private final Interruption interruption = new Interruption();
    private final Task<?> task;
    private final Scope scope;

    /** Whether the interruption is held back; on the task's thread. */
    private boolean held;

    private InterruptibleRegion(Task<?> task) {
        this.task = task;
        this.scope = task.scope();
    }

    @SuppressWarnings("NullAway") // the value is of type T if there was no failure
    static <T extends @Nullable Object, X extends Exception> T run(Task<?> task, Body<T, X> body) throws X {
        task.checkCancelled();
        InterruptibleRegion outer = task.region;
        InterruptibleRegion region = new InterruptibleRegion(task);
        T value = null;
        Throwable failure = null;
        try {
            region.open(outer);
            value = body.call();
        } catch (Throwable e) {
            failure = e;
        }
        boolean cancelled = region.leave(outer);
        if (failure == null) {
            return value;
        }
        if (cancelled && Interruption.caused(failure)) {
            CancelledError error = task.cancelled();
            error.initCause(failure);
            throw error;
        }
        throw Sneaky.<X>asThrown(failure);
    }

    private void open(@Nullable InterruptibleRegion outer) {
        task.region = this;
        if (outer != null) {
            outer.update();
        }
        task.run.regions.add(this);
        sendIfDue();
    }

    /** Ends the region; true if it was interrupted because of a cancellation, which is in effect now. */
    private boolean leave(@Nullable InterruptibleRegion outer) {
        task.run.regions.remove(this);
        task.region = outer;
        boolean sent = interruption.leave();
        if (sent) {
            // the delivery may still wait for the loop, which this task has
            scope.settleDecided();
        }
        if (outer != null) {
            outer.update();
        }
        return sent && scope.isEffective();
    }

    /** The task has entered or left a scope or an inner region. On its own thread. */
    void update() {
        boolean hold = task.region != this || !task.scope().sees(scope);
        if (hold == held) {
            return;
        }
        held = hold;
        if (hold) {
            interruption.hold();
        } else {
            interruption.resume();
            sendIfDue();
        }
    }

    private void sendIfDue() {
        if (scope.seesDue()) {
            interrupt();
        }
    }

    /** The task's innermost scope was cancelled; in the loop. */
    void cancellationArrived() {
        if (scope.isEffective()) {
            interrupt();
        }
    }

    boolean sees(Scope cancelled) {
        return scope.sees(cancelled);
    }

    /** Sends the interrupt, once. From any thread. */
    void interrupt() {
        interruption.send();
    }
}
