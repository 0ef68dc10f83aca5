package io.anyio.impl.task;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What tasks are spawned into: a task group, or what supervises the tasks of a service. */
public interface ChildHost {
    /** The scope in which the children live. */
    Scope scope();

    /** The id of the task that hosts the children, if one does. */
    OptionalLong hostId();

    /**
     * A child has ended; in the loop, on the child's thread.
     *
     * @param child the child, whose outcome is set
     * @param error what leaves it, or null if it ended well
     */
    void childEnded(Task<?> child, @Nullable Throwable error);

    /**
     * A child that was counted could not be handed to the loop, and whoever spawns it is told why. On his thread.
     *
     * @param child the child, which has never run
     */
    default void childRefused(Task<?> child) {}
}
