package io.anyio.api.sync;

/**
 * What a condition counts.
 *
 * @param tasksWaiting how many tasks wait for a signal
 * @param lock what its lock tells
 */
public record ConditionStatistics(int tasksWaiting, LockStatistics lock) {}
