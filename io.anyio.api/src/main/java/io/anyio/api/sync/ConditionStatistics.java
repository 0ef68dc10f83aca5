package io.anyio.api.sync;

/**
 * The state of a condition.
 *
 * @param tasksWaiting how many tasks wait for a signal
 * @param lock the state of its lock
 */
public record ConditionStatistics(int tasksWaiting, LockStatistics lock) {}
