package io.anyio.impl.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The end of a loop: who puts it off, and who is told once it has come.
 *
 * <p>A loop ends once it was told to and its last task has ended. A thread outside that is about to start a task comes
 * as a guest, and the loop does not end before the guest has left. One number decides whether a guest was in time or
 * the loop has ended. {@code LateJobTest} and {@code FromThreadTest} let guests come while the loop ends.
 */
public final class LoopEnd {
    private static final int ENDED = -1;

    /** How many guests there are, or {@link #ENDED}. */
    private final AtomicInteger guests = new AtomicInteger();

    /** Those who are to be told; null once they are. Guarded by {@code guests}. */
    private @Nullable List<Runnable> observers = new ArrayList<>(0);

    LoopEnd() {}

    /** Comes as a guest; false if the end has come. From any thread. */
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

    /** A guest leaves. From any thread. */
    void leave() {
        guests.decrementAndGet();
    }

    int guests() {
        return guests.get();
    }

    /** Ends the loop unless there is a guest. What guests have posted must have run. */
    boolean tryEnd() {
        return guests.compareAndSet(0, ENDED);
    }

    /** Ends the loop whoever is there, and tells. */
    void come() {
        guests.set(ENDED);
        List<Runnable> told;
        synchronized (guests) {
            told = observers;
            observers = null;
        }
        if (told != null) {
            told.forEach(Guard::run);
        }
    }

    /**
     * Calls back at the end of the loop, as one of the last acts of its thread; at once if that was. From any thread.
     *
     * @param observer called once, on the loop's thread or the caller's
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
     * Forgets what was given to {@link #observe}. From any thread.
     *
     * @param observer the observer
     */
    public void forget(Runnable observer) {
        synchronized (guests) {
            if (observers != null) {
                observers.remove(observer);
            }
        }
    }
}
