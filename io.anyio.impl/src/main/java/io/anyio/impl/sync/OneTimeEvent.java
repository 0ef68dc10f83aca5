package io.anyio.impl.sync;

import io.anyio.api.sync.Event;
import io.anyio.api.sync.EventStatistics;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;

/** An event. Once {@code set} is true, no task joins the queue. */
final class OneTimeEvent implements Event {
    private final WaitQueue<Waiter> waiters = new WaitQueue<>();
    private volatile boolean set;

    @Override
    public void set() {
        if (set) {
            return;
        }
        waiters.lock();
        set = true;
        waiters.unlockAndWake(waiters.grantAll());
    }

    @Override
    public boolean isSet() {
        return set;
    }

    @Override
    public void await() {
        Parkable task = Parkable.current("Event.await");
        task.checkpoint();
        if (set) {
            return;
        }
        Waiter waiter = new Waiter(task, "event");
        waiters.lockToWait();
        boolean late = set;
        if (!late) {
            waiters.add(waiter);
        }
        waiters.unlock();
        if (!late) {
            waiter.await();
        }
    }

    @Override
    public EventStatistics statistics() {
        waiters.lock();
        int waiting = waiters.size();
        waiters.unlock();
        return new EventStatistics(waiting);
    }

    @Override
    public String toString() {
        return "Event[" + (set ? "set" : "not set") + ", " + statistics().tasksWaiting() + " waiting]";
    }
}
