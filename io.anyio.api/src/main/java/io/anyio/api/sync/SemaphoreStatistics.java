package io.anyio.api.sync;

/**
 * The state of a semaphore.
 *
 * @param value how many slots are free
 * @param tasksWaiting how many tasks wait for a slot
 */
public record SemaphoreStatistics(int value, int tasksWaiting) {}
