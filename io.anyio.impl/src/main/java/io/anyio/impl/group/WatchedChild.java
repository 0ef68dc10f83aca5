package io.anyio.impl.group;

import io.anyio.api.task.Body;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A child of a task group with a watch, which is told of the child's end first and decides what the group is told. */
public final class WatchedChild implements Task.Host {

    /** Is told of the end. */
    public interface Watch {
        /**
         * The child has ended; in the loop, on the child's thread.
         *
         * @param child the child, whose outcome is set
         * @param error what leaves it, or null if it ended well or was cancelled alone
         * @return the error that the group is told, or null
         */
        @Nullable
        Throwable ended(Task<?> child, @Nullable Throwable error);
    }

    private final Group<?> group;
    private final Watch watch;

    private WatchedChild(Group<?> group, Watch watch) {
        this.group = group;
        this.watch = watch;
    }

    /**
     * Spawns a child. From any thread.
     *
     * @param <T> the type of its value
     * @param group an active group of ours
     * @param name the child's name
     * @param body its code
     * @param watch is told of its end
     * @return the child
     * @throws IllegalStateException if the group is not active
     */
    public static <T extends @Nullable Object> Task<T> spawn(TaskGroup<?> group, String name, Body<T, ?> body,
            Watch watch) {
        Group<?> ours = (Group<?>) group;
        Task<T> child = ours.activeHost().another(new WatchedChild(ours, watch), name, body);
        ours.admit();
        child.launch();
        return child;
    }

    @Override
    public Scope scope() {
        return group.scope();
    }

    @Override
    public OptionalLong hostId() {
        return group.hostId();
    }

    @Override
    public void childRefused(Task<?> child) {
        group.childRefused(child);
    }

    @Override
    public void childEnded(Task<?> child, @Nullable Throwable error) {
        Throwable told = error;
        try {
            told = watch.ended(child, error);
        } finally {
            group.childEnded(child, told);
        }
    }
}
