package io.anyio.api.sync;

/**
 * The state of an event.
 *
 * @param tasksWaiting how many tasks wait for it
 */
public record EventStatistics(int tasksWaiting) {}
