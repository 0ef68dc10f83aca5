package io.anyio.impl.park;

import io.anyio.api.task.CancelledError;

/** A task that never runs: it only stands in queues. */
final class Idle extends Parkable {
    @SuppressWarnings("NullAway") // no loop: nobody wakes it
    Idle() {
        super(null);
    }

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public void run() {}

    @Override
    protected void notStarted(Throwable why) {}

    @Override
    public void checkpoint() {}

    @Override
    public boolean cancellationPending() {
        return false;
    }

    @Override
    protected CancelledError cancelled() {
        return new CancelledError(null, "Cancelled");
    }

    @Override
    protected void refillBudget() {}
}
