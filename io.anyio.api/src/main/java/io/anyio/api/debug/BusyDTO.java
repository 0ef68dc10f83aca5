package io.anyio.api.debug;

import java.util.List;

/**
 * What has a loop for itself.
 *
 * @param task the task's name, or what else runs there
 * @param thread its thread's name
 * @param state its thread's state: a task whose thread waits holds the loop while it waits in foreign code
 * @param stack where it is
 */
public record BusyDTO(String task, String thread, Thread.State state, List<StackTraceElement> stack) {
    void appendTo(StringBuilder text) {
        text.append("  ").append(task).append(", ").append(state).append('\n');
        stack.forEach(frame -> text.append("    at ").append(frame).append('\n'));
    }
}
