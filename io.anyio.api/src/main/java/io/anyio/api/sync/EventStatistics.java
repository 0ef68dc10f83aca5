package io.anyio.api.sync;

/**
 * What an event counts.
 *
 * @param tasksWaiting how many tasks wait for it
 */
public record EventStatistics(int tasksWaiting) {}
