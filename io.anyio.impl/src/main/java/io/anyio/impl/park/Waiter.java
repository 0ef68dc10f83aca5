package io.anyio.impl.park;

import io.anyio.api.task.CancelledError;

/**
 * The wait of a task. This is the only place in which a task waits.
 *
 * <p>Suspending and resuming carry no information. A task that continues looks at the state of its wait, and suspends
 * again while that is undecided. So it may be resumed too often or too early, but it must be resumed after the
 * decision, by the code that decided. No decision is missed: between the check for a pending cancellation and the
 * suspension, no other task of the loop runs and no cancellation is delivered.
 *
 * <p>{@code CancelBetweenGrantAndTurnTest} lets cancellations arrive between a grant and the task's turn,
 * {@code LateResumeTest} resumes tasks too late, and {@code FailedWaitTest} lets suspensions fail.
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
     * Waits, on the task's own thread, until the wait is decided. A pending cancellation ends it at once, for example
     * one that arrived between the first and the second wait of an operation.
     *
     * <p>The caller has reserved the stack of an operation before it made the wait known. If this were done here, a
     * wait without enough stack would stay in its queue.
     *
     * @return true if granted, false if closed
     * @throws CancelledError if cancelled; also if closed while the task was cancelled, so that a task that is stopped
     * together with its resources sees the cancellation
     * @throws RuntimeException if the task cannot be suspended, see {@link io.anyio.impl.loop.Loop#suspend}; errors are
     * thrown for the same reason. The wait is then withdrawn, unless it is already decided: a decision is final
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

    /** Handles a cancellation that arrived before the wait, and so has not woken the task. */
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
     * Called if the task is cancelled before or during this wait, which is not cancellable and continues. In the task's
     * loop.
     */
    protected void heldBack() {}

    @Override
    public final void wake() {
        task.loop.resume(task);
    }
}
