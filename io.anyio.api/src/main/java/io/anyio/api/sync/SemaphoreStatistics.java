package io.anyio.api.sync;

/**
 * What a semaphore counts.
 *
 * @param value how many slots are free
 * @param tasksWaiting how many tasks wait for one
 */
public record SemaphoreStatistics(int value, int tasksWaiting) {}
