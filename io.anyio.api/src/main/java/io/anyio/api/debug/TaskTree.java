package io.anyio.api.debug;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reports all event loops and their tasks, for operators of a running system. All methods may be called from any
 * thread.
 *
 * <p>Guide: {@code docs/operations.md}.
 */
@ProviderType
public interface TaskTree {
    /** How long {@link #loops()} waits for loops that are busy: one second. */
    Duration PATIENCE = Duration.ofSeconds(1);

    /**
     * Takes a snapshot of all loops and their tasks, and waits up to {@link #PATIENCE} for those that are busy;
     * otherwise like {@link #loops(Duration)}.
     *
     * @return one snapshot for each loop, in order of their names
     */
    default List<LoopDTO> loops() {
        return loops(PATIENCE);
    }

    /**
     * Takes a snapshot of all loops and their tasks. Each loop is asked for its tasks. If a task keeps a loop busy so
     * that it does not answer in time, the snapshot has only that task and its stack. In a task, the loop of the caller
     * is read at once. Not a checkpoint.
     *
     * @param patience how long to wait in total for loops that are busy
     * @return one snapshot for each loop, in order of their names
     */
    List<LoopDTO> loops(Duration patience);

    /**
     * Takes the same snapshot as {@link #loops(Duration)}, with the stack of each task that waits or is ready. A loop
     * runs no task while it is read, for some microseconds for each stack. Not a checkpoint.
     *
     * @param patience how long to wait in total for loops that are busy
     * @return one snapshot for each loop, in order of their names
     */
    List<LoopDTO> loopsWithStacks(Duration patience);

    /**
     * Reads the figures of all loops, without asking them: it waits for nothing, also if a loop is busy. Not a
     * checkpoint.
     *
     * @return one record for each loop that has not ended, in order of their names
     */
    List<LoopFiguresDTO> figures();
}
