package io.anyio.impl.loop;

/**
 * What has a loop for itself at this moment, as far as that can be seen from outside.
 *
 * @param what the task, or what else runs there
 * @param thread its thread
 */
public record Busy(String what, Thread thread) {}
