package io.anyio.impl.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The end of a loop: what delays it, and which observers are called when it has come.
 *
 * <p>A loop ends when it was told to finish and its last task has ended. A thread outside that is about to start a task
 * enters as a guest, and the loop does not end before the guest has left. One number decides whether the guest was in
 * time or the loop has ended. {@code LateJobTest} and {@code FromThreadTest} let guests enter while the loop ends.
 */
public final class LoopEnd {
    private static final int ENDED = -1;

    /** How many guests there are, or {@link #ENDED}. */
    private final AtomicInteger guests = new AtomicInteger();

    /** What is called at the end; null once that was done. Guarded by {@code guests}. */
    private @Nullable List<Runnable> observers = new ArrayList<>(0);

    LoopEnd() {}

    /** Enters as a guest; false if the loop has ended. From any thread. */
    boolean enter() {
        int now;
        do {
            now = guests.get();
            if (now == ENDED) {
                return false;
            }
        } while (!guests.compareAndSet(now, now + 1));
        return true;
    }

    /** Leaves as a guest. From any thread. */
    void leave() {
        guests.decrementAndGet();
    }

    int guests() {
        return guests.get();
    }

    /** Ends the loop unless there is a guest. All jobs that guests have posted must have run. */
    boolean tryEnd() {
        return guests.compareAndSet(0, ENDED);
    }

    /** Ends the loop even if there are guests, and calls the observers. */
    void complete() {
        guests.set(ENDED);
        List<Runnable> called;
        synchronized (guests) {
            called = observers;
            observers = null;
        }
        // no lambda: there may be no memory to link one
        for (int i = 0; called != null && i < called.size(); i++) {
            SafeCalls.run(called.get(i));
        }
    }

    /**
     * Calls an observer at the end of the loop, or at once if the loop has ended. From any thread.
     *
     * @param observer called once, on the loop's thread at its end, or on the caller's
     */
    public void observe(Runnable observer) {
        synchronized (guests) {
            if (observers != null) {
                observers.add(observer);
                return;
            }
        }
        observer.run();
    }

    /**
     * Takes {@link #observe} back. From any thread.
     *
     * @param observer the observer, which is not called any more
     */
    public void forget(Runnable observer) {
        synchronized (guests) {
            if (observers != null) {
                observers.remove(observer);
            }
        }
    }
}
