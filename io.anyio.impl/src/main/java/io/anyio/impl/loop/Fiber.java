package io.anyio.impl.loop;

import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that a loop runs, one at a time with the others of the loop. {@link #run} is the code of that
 * thread.
 *
 * <p>What is resumed without having been suspended, or resumed twice, only wakes too early: whoever suspends checks in
 * a loop what it waits for.
 */
public abstract class Fiber implements Runnable {
    /** The virtual thread; set by the loop when it starts the fiber. */
    @Nullable
    Thread thread;

    /** {@code carrier}: what starts and continues the thread, the same that the JDK hands to the loop's executor. */
    @Nullable
    Runnable continuation;

    /** {@code pool}: whether this fiber has the baton. */
    volatile boolean hasBaton;

    /** {@code pool}: whether this fiber has handed the baton on for good; in the loop. */
    boolean ended;

    /** Makes a fiber that has not started. */
    protected Fiber() {}

    /**
     * The fiber was handed to the loop, and its thread could not be started. In the loop, on any thread.
     *
     * @param why what was thrown
     */
    protected abstract void notStarted(Throwable why);

    /** What the fiber is called, for people. From any thread. */
    public abstract String name();

    /**
     * The fiber's thread.
     *
     * @return the virtual thread
     * @throws IllegalStateException before the start
     */
    public final Thread thread() {
        Thread started = thread;
        if (started == null) {
            throw new IllegalStateException("The task has not started yet");
        }
        return started;
    }

    /**
     * Whether the calling thread is this fiber's own.
     *
     * @return true on its virtual thread
     */
    public final boolean isCurrent() {
        return thread == Thread.currentThread();
    }
}
