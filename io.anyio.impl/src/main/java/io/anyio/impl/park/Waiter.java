package io.anyio.impl.park;

import io.anyio.api.task.CancelledError;

/**
 * A task that waits: the only place in which one does.
 *
 * <p>Suspending and resuming carry no information. A task that goes on looks at the state of its wait, and suspends
 * again while it is undecided; so it may be resumed too often or too early, but it must be resumed after the decision.
 * Whoever decides does that. No decision is missed either: between the look at a pending cancellation and the
 * suspension, no other task of the loop runs and no cancellation is delivered.
 *
 * <p>{@code CancelBetweenGrantAndTurnTest} lets cancellations arrive between a grant and the task's turn, {@code
 * LateResumeTest} resumes too late, and {@code FailedWaitTest} has suspensions fail.
 */
public class Waiter extends Wait {
    /** The task that waits. */
    public final Parkable task;

    private final boolean cancellable;

    /**
     * Makes a wait for the current task.
     *
     * @param task the current task
     * @param operation what it waits for, for display
     */
    public Waiter(Parkable task, String operation) {
        this(task, operation, true);
    }

    /**
     * Makes a wait for the current task.
     *
     * @param task the current task
     * @param operation what it waits for, for display
     * @param cancellable whether a cancellation ends it
     */
    public Waiter(Parkable task, String operation, boolean cancellable) {
        super(operation);
        this.task = task;
        this.cancellable = cancellable;
    }

    /**
     * Waits, on the task's own thread, until the wait is decided. A cancellation that is pending already ends it at
     * once, such as one that arrived after the grant of an operation's first wait, if this is its second.
     *
     * <p>The caller has reserved the stack of an operation, and has done so before anybody could know of the wait: if
     * it were done here, a wait for which there is no stack would stay in its queue.
     *
     * @return true if granted, false if closed
     * @throws CancelledError if cancelled; also if closed while the task was cancelled, so that a task that is stopped
     * together with its resources sees the cancellation
     * @throws RuntimeException if the task cannot be suspended where it is, see
     * {@link io.anyio.impl.loop.Loop#suspend}; errors are thrown for the same reason. Then the wait is withdrawn,
     * unless it is decided already: the decision stands
     */
    public final boolean await() {
        if (task.cancellationPending()) {
            cancelledBefore();
        }
        task.waiting = this;
        try {
            while (isUndecided()) {
                task.loop.suspend(task, !cancellable);
            }
        } catch (Throwable unfit) {
            if (tryCancel()) {
                throw unfit;
            }
        } finally {
            task.waiting = null;
        }
        task.refillBudget();
        if (isCancelled() || (!isGranted() && cancellable && task.cancellationPending())) {
            throw task.cancelled();
        }
        return isGranted();
    }

    /** Nobody woke the task for a cancellation that arrived while it did not wait. */
    private void cancelledBefore() {
        if (!cancellable) {
            heldBack();
        } else if (tryCancel()) {
            throw task.cancelled();
        }
    }

    @Override
    final void cancellationArrived() {
        if (!cancellable) {
            heldBack();
        } else if (tryCancel()) {
            wake();
        }
    }

    /**
     * The task is cancelled, before or during this wait, which goes on since it is not cancellable. In the task's loop.
     */
    protected void heldBack() {}

    @Override
    public final void wake() {
        task.loop.resume(task);
    }
}
