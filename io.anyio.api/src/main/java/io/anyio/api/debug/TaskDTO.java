package io.anyio.api.debug;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task, as it was when the snapshot was taken.
 *
 * @param id unique in the Java process
 * @param name the task's name
 * @param age the time since it was started
 * @param state whether it runs or waits
 * @param waitsFor the operation in which it waits, empty if it does not wait in the library
 * @param timeLeft the time until the earliest deadline that can cancel it, zero if it is cancelled, or null if there is
 * no deadline
 * @param scopes the cancel scopes around the point that it has reached, the innermost first
 * @param stack the stack of its thread; empty if it runs, or if the snapshot was taken without stacks
 * @param children the tasks in the groups that it hosts
 */
public record TaskDTO(long id, String name, Duration age, State state, String waitsFor, @Nullable Duration timeLeft,
        List<ScopeDTO> scopes, List<StackTraceElement> stack, List<TaskDTO> children) {
    /** The states of a task. */
    public enum State {
        /** It runs, or is ready to. */
        READY,
        /** It waits in an operation of the library. */
        WAITING,
        /** It waits in foreign blocking code. */
        FOREIGN
    }

    void appendTo(StringBuilder text, int depth) {
        text.repeat("  ", depth).append(name).append(" #").append(id).append(", ").append(ScopeDTO.seconds(age))
                .append(", ")
                .append(switch (state) {
                    case READY -> "ready";
                    case WAITING -> "waits for " + waitsFor;
                    case FOREIGN -> "waits in foreign code";
                });
        if (timeLeft != null) {
            text.append(timeLeft.isZero() ? ", cancelled" : ", " + ScopeDTO.seconds(timeLeft) + " left");
        }
        scopes.forEach(scope -> scope.appendTo(text));
        text.append('\n');
        stack.forEach(frame -> text.repeat("  ", depth + 2).append("at ").append(frame).append('\n'));
        children.forEach(child -> child.appendTo(text, depth + 1));
    }
}
