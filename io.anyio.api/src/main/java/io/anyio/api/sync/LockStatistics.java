package io.anyio.api.sync;

import io.anyio.api.task.TaskInfo;
import java.util.Optional;

/**
 * What a lock tells of itself.
 *
 * @param locked whether a task owns it
 * @param owner that task; of a broken lock the one that ended
 * @param tasksWaiting how many tasks wait for it
 * @param broken whether its owner ended without releasing it
 */
public record LockStatistics(boolean locked, Optional<TaskInfo> owner, int tasksWaiting, boolean broken) {}
