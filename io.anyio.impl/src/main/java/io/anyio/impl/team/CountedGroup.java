package io.anyio.impl.team;

import io.anyio.api.task.Body;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.group.Group;
import io.anyio.impl.group.WatchedChild;
import io.anyio.impl.task.Task;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The group of one loop, and how many children it has there.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
class CountedGroup<E extends Exception> implements WatchedChild.Watch {
    final Group<E> group;
    private final AtomicInteger children = new AtomicInteger();

    CountedGroup(Group<E> group) {
        this.group = group;
    }

    /** How many children have been spawned here and have not ended. From any thread. */
    final int children() {
        return children.get();
    }

    /**
     * Spawns a child. From any thread.
     *
     * @throws IllegalStateException if the group is not active
     */
    final <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body) {
        children.incrementAndGet();
        boolean spawned = false;
        try {
            TaskHandle<T> child = WatchedChild.spawn(group, name, body, this);
            spawned = true;
            return child;
        } finally {
            if (!spawned) {
                children.decrementAndGet();
            }
        }
    }

    @Override
    public @Nullable Throwable ended(Task<?> child, @Nullable Throwable error) {
        children.decrementAndGet();
        return error;
    }
}
