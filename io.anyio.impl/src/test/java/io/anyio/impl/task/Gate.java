package io.anyio.impl.task;

import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;

/** The smallest primitive on the parking core: tasks wait until it is opened, from any thread. */
final class Gate extends WaitQueue<Waiter> {
    private boolean open;
    int withdrawn;

    void await() {
        Parkable me = Parkable.current("Gate.await");
        me.checkpoint();
        Waiter waiter = null;
        lock();
        if (!open) {
            waiter = new Waiter(me, "gate");
            add(waiter);
        }
        unlock();
        if (waiter != null) {
            waiter.await();
        }
    }

    void open() {
        lock();
        open = true;
        Waiter first = grantAll();
        unlock();
        wakeAll(first);
    }

    /** Lets one through, if one waits. */
    boolean openForOne() {
        lock();
        Waiter first = grantFirst();
        unlock();
        if (first != null) {
            first.wake();
        }
        return first != null;
    }

    int waiting() {
        lock();
        try {
            return size();
        } finally {
            unlock();
        }
    }

    @Override
    protected void withdrawn(Waiter waiter) {
        withdrawn++;
    }
}
