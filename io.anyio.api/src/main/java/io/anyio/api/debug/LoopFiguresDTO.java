package io.anyio.api.debug;

/**
 * The figures of an event loop, for a monitor that reads them again and again.
 *
 * @param name the name of the loop and its thread
 * @param backend {@code carrier} or {@code pool}
 * @param holder the bundle to which the loop belongs
 * @param tasks how many tasks have started and not ended
 * @param stalled whether a task has kept the loop busy for so long that the log reported it, and does so still
 * @param stragglers how many tasks and functions in worker threads did not end within the grace of a stop, and have not
 * ended since
 * @param workers the limiter of the worker threads for calls whose options name none
 */
public record LoopFiguresDTO(String name, String backend, String holder, int tasks, boolean stalled, int stragglers,
        LimiterDTO workers) {}
