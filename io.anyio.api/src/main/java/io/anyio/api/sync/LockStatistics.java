package io.anyio.api.sync;

import io.anyio.api.task.TaskInfo;
import java.util.Optional;

/**
 * The state of a lock.
 *
 * @param locked whether a task owns it
 * @param owner that task; if the lock is broken, the task that ended
 * @param tasksWaiting how many tasks wait for it
 * @param broken whether its owner ended without releasing it
 */
public record LockStatistics(boolean locked, Optional<TaskInfo> owner, int tasksWaiting, boolean broken) {}
