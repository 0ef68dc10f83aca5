package io.anyio.impl.time;

/** Something that a loop does once a deadline has passed. Confined to the loop, except {@link #expire}. */
public abstract class Timer implements Runnable {
    /** The index of a timer that is in no queue. */
    static final int IDLE = -1;

    int index = IDLE;
    long deadline;

    /**
     * Called once the deadline has passed. It may be called on another thread while a task of the loop runs, and must
     * be safe then.
     */
    public void expire() {}

    /**
     * Called in the loop once the deadline has passed. On {@code pool} it may be called after the timer was removed, so
     * it has to check. It is called again if it has failed for lack of memory.
     */
    public abstract void fire();

    @Override
    public final void run() {
        fire();
    }
}
