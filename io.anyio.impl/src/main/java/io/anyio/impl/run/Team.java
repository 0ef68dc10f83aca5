package io.anyio.impl.run;

import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.loop.Loop;

/** The loops of one holder beside a loop, as its tasks see them. */
public interface Team {
    /**
     * Makes a task group that spans loops. From any thread.
     *
     * @param <E> the checked exception of a child that may leave as itself
     * @param childError its class
     * @param options the group's options, which ask for several loops
     * @return the group
     */
    <E extends Exception> TaskGroup<E> spanningGroup(Class<E> childError, GroupOptions options);

    /**
     * Whether a loop is one of these. From any thread.
     *
     * @param loop the loop
     * @return true if it is
     */
    boolean has(Loop loop);

    /**
     * Waits for the end of all loops. On an ordinary thread.
     *
     * @param nanos the time in nanoseconds, {@link Long#MAX_VALUE} for no limit
     * @return whether they have ended
     * @throws InterruptedException if the thread is interrupted
     */
    boolean awaitEnd(long nanos) throws InterruptedException;
}
