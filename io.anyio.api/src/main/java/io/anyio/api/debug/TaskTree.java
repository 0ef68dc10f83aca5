package io.anyio.api.debug;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** All running loops with their tasks, for people who look at a running system. May be used from any thread. */
@ProviderType
public interface TaskTree {
    /** How long {@link #loops()} waits for loops that are busy. */
    Duration PATIENCE = Duration.ofSeconds(1);

    /**
     * The loops, and the tasks of each as they are now. Each loop is asked to tell for itself; for one that does not
     * within {@link #PATIENCE}, because a task has it for itself, that task and its stack is all that is known. In a
     * task not a checkpoint: the loop of the caller is read at once.
     *
     * @return one snapshot for each loop, in order of their names
     */
    default List<LoopDTO> loops() {
        return loops(PATIENCE);
    }

    /**
     * The loops, and the tasks of each as they are now.
     *
     * @param patience how long to wait, in all, for loops that are busy
     * @return one snapshot for each loop, in order of their names
     */
    List<LoopDTO> loops(Duration patience);
}
