package io.anyio.api.debug;

import java.util.List;

/**
 * The code that keeps a loop busy, so that the loop does not answer.
 *
 * @param task the name of the task, or of what else runs on the loop
 * @param thread the name of its thread
 * @param state the state of its thread: if the thread waits, the task waits in blocking code of another library and
 * keeps the loop busy
 * @param stack the stack of its thread
 */
public record BusyDTO(String task, String thread, Thread.State state, List<StackTraceElement> stack) {
    void appendTo(StringBuilder text) {
        text.append("  ").append(task).append(", ").append(state).append('\n');
        stack.forEach(frame -> text.append("    at ").append(frame).append('\n'));
    }
}
