package io.anyio.impl.run;

import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.scope.Scope;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loops of one holder that run the tasks of one task group: a first one, and those that are opened beside it when a
 * group asks for several loops. They end with the first one. From any thread.
 */
public interface Team {
    /** The part of a task group that runs on another loop than its host. */
    interface Branch {
        /**
         * The other loop.
         *
         * @return its run
         */
        Run run();

        /**
         * The scope of the group.
         *
         * @return a scope of the host's loop
         */
        Scope home();

        /**
         * The scope of the part. In its loop; a read from outside may be a little late.
         *
         * @return a scope of the other loop, or null while there is none
         */
        @Nullable
        Scope scope();
    }

    /**
     * Makes a task group that spans loops.
     *
     * @param <E> the checked exception of a child that may leave as itself
     * @param home the run of the task that makes the group
     * @param childError its class
     * @param options the group's options, which ask for several loops
     * @return the group
     */
    <E extends Exception> TaskGroup<E> spanningGroup(Run home, Class<E> childError, GroupOptions options);

    /**
     * The runs that are open.
     *
     * @return the first one, and those that were opened beside it
     */
    List<Run> runs();

    /**
     * The parts of task groups that run on another loop than their host.
     *
     * @return those that are open, in no order
     */
    Collection<? extends Branch> branches();

    /**
     * Waits for the end of all loops. On an ordinary thread.
     *
     * @param nanos the time in nanoseconds, {@link Long#MAX_VALUE} for no limit
     * @return whether they have ended
     * @throws InterruptedException if the thread is interrupted
     */
    boolean awaitEnd(long nanos) throws InterruptedException;
}
