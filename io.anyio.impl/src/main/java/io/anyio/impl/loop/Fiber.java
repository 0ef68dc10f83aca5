package io.anyio.impl.loop;

import org.jspecify.annotations.Nullable;

/**
 * A virtual thread of a loop, which runs one of them at a time. {@link #run} is the code of that thread.
 *
 * <p>A fiber that is resumed twice, or without being suspended, only wakes too early: code that suspends checks its
 * condition in a loop.
 */
public abstract class Fiber implements Runnable {
    /** The virtual thread; set by the loop when it starts the fiber. */
    @Nullable
    Thread thread;

    /** {@code carrier}: what starts and continues the thread; the JDK passes the same object to the loop's executor. */
    @Nullable
    Runnable continuation;

    /** {@code pool}: whether this fiber has the baton. */
    volatile boolean hasBaton;

    /** {@code pool}: whether this fiber has passed the baton on for the last time; in the loop. */
    boolean ended;

    /** Makes a fiber that has not started. */
    protected Fiber() {}

    /**
     * Called if the fiber was passed to the loop but its thread could not be started. In the loop, on any thread.
     *
     * @param why what was thrown
     */
    protected abstract void notStarted(Throwable why);

    /** The fiber's name, for display. From any thread. */
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
