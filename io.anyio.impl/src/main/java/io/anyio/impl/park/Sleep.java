package io.anyio.impl.park;

import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.time.Timer;

/** Waits for a point in time. */
public final class Sleep extends Timer {
    private final Waiter waiter;

    private Sleep(Parkable task) {
        waiter = new Waiter(task, "sleep");
    }

    /**
     * Sleeps, on the task's own thread; the caller has checked for cancellation.
     *
     * @param task the current task
     * @param deadline when to wake up, in nanoseconds of the loop's clock; {@link Long#MAX_VALUE} for never
     */
    public static void until(Parkable task, long deadline) {
        // also for the end, which removes the timer
        StackReserve.forScope();
        Sleep sleep = new Sleep(task);
        if (deadline == Long.MAX_VALUE) {
            sleep.waiter.await();
            return;
        }
        task.loop.schedule(sleep, deadline);
        try {
            sleep.waiter.await();
        } finally {
            task.loop.unschedule(sleep);
        }
    }

    @Override
    public void fire() {
        waiter.grant();
    }
}
