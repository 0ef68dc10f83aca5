package io.anyio.impl.time;

/** Something that happens on a loop when its deadline has come. Confined to the loop, except {@link #expire}. */
public abstract class Timer {
    /** Not in a queue. */
    static final int IDLE = -1;

    int index = IDLE;
    long deadline;

    /** Called once the deadline has come, possibly while a task of the loop runs; what it does must be safe there. */
    public void expire() {}

    /** Called in the loop once the deadline has come; on {@code pool} possibly after the timer was stopped: check. */
    public abstract void fire();
}
