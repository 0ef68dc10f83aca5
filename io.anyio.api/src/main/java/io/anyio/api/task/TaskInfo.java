package io.anyio.api.task;

import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What identifies a task. Two are equal if their ids are.
 *
 * <p>In AnyIO: {@code anyio.TaskInfo}.
 *
 * @param id unique in the Java process
 * @param parentId the id of the task that hosts the group; empty for the first task of a loop and for tasks of a
 * service
 * @param name the task's name
 * @param thread the virtual thread that runs the task's code
 */
public record TaskInfo(long id, OptionalLong parentId, String name, Thread thread) {
    /** Refuses null. */
    public TaskInfo {
        Objects.requireNonNull(parentId, "TaskInfo.parentId is null");
        Objects.requireNonNull(name, "TaskInfo.name is null");
        Objects.requireNonNull(thread, "TaskInfo.thread is null");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskInfo info && info.id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public String toString() {
        return "TaskInfo(id=" + id + ", name=" + name + ")";
    }
}
