package io.anyio.impl.scope;

import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.impl.spin.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * Foreign blocking code that is interrupted by a cancellation of a scope around it; see {@link Interruption} for the
 * handshake.
 *
 * <p>No interrupt is sent while the code is in a shielded scope of its own. In an inner region, that region gets the
 * interrupt. An interrupt that is due meanwhile is sent on the way back. A cancel from outside of the loop first marks
 * its scope and then looks for regions; a region first opens and then looks for marks. So at least one of them sees the
 * other, even if the region keeps the loop busy and the cancel cannot be delivered ({@code InterruptiblyTest}, {@code
 * InterruptionStressTest}).
 */
public final class InterruptibleRegion implements Cancellable.Watch, ScopeTree.Interruptible {
    private final Interruption interruption = new Interruption();
    private final Cancellable<Scope> task;
    private final Scope scope;

    /** Whether the interruption is held back; on the task's thread. */
    private boolean held;

    private InterruptibleRegion(Cancellable<Scope> task) {
        this.task = task;
        this.scope = task.scope();
    }

    /**
     * Runs foreign code.
     *
     * @param <T> the type of its value
     * @param <X> its checked exception
     * @param task the current task
     * @param body the code
     * @return its value
     * @throws X if the code throws it
     */
    @SuppressWarnings("NullAway") // the value is of type T if there was no failure
    public static <T extends @Nullable Object, X extends Exception> T run(Cancellable<Scope> task, Body<T, X> body)
            throws X {
        task.checkCancelled();
        StackReserve.forScope();
        Cancellable.Watch outer = task.watch();
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

    private void open(Cancellable.@Nullable Watch outer) {
        task.watch(this);
        if (outer != null) {
            outer.scopeChanged();
        }
        scope.tree().add(this);
        sendIfDue();
    }

    /** Ends the region; true if it was interrupted because of a cancellation, which has been put into effect. */
    private boolean leave(Cancellable.@Nullable Watch outer) {
        scope.tree().remove(this);
        task.watch(outer);
        boolean sent = interruption.leave();
        if (sent) {
            // the delivery may still wait for the loop, which this task keeps busy
            scope.settleDecided();
        }
        if (outer != null) {
            outer.scopeChanged();
        }
        return sent && scope.isEffective();
    }

    /** {@inheritDoc} Or it has entered or left an inner region. */
    @Override
    public void scopeChanged() {
        boolean hold = task.watch() != this || !task.scope().sees(scope);
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

    @Override
    public void cancellationArrived() {
        if (scope.isEffective()) {
            interrupt();
        }
    }

    @Override
    public boolean sees(CancelScope cancelled) {
        return scope.sees(cancelled);
    }

    /** Sends the interrupt, once. From any thread. */
    @Override
    public void interrupt() {
        interruption.send();
    }
}
