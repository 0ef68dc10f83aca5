package io.anyio.impl.owner;

import io.anyio.api.debug.TaskDTO;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.run.Run;
import io.anyio.impl.task.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cancellation by the id of a task found.
 *
 * @param found the task, or null if no loop that answered has it
 * @param silent the names of the loops that did not answer in time
 */
public record Cancellation(@Nullable Found found, List<String> silent) {
    /**
     * A task that was cancelled.
     *
     * @param task the task as it was before, without its children
     * @param loop the name of its loop
     * @param holder the bundle to which it belongs
     * @param already whether it was cancelled before
     */
    public record Found(TaskDTO task, String loop, String holder, boolean already) {}

    /** What one loop found. */
    record Answer(@Nullable Found found) {}

    /** Cancels a task of a run, if there is one with this id. In the loop. */
    static Answer in(Run run, long id, String reason) {
        for (Task<?> task : run.tasks()) {
            if (task.id() == id) {
                Found found = new Found(Snapshot.of(task), run.loop.name, run.loop.holder.name(),
                        task.status() == TaskHandle.Status.CANCELLING);
                task.cancel(reason);
                return new Answer(found);
            }
        }
        return new Answer(null);
    }
}
