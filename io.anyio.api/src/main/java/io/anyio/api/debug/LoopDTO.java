package io.anyio.api.debug;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop as it was a moment ago.
 *
 * @param name the name of the loop and its thread
 * @param backend {@code carrier} or {@code pool}
 * @param holder the bundle for which it runs
 * @param answered whether the loop could tell; if not, there are no tasks here, and {@code busy} says why
 * @param busy what has the loop for itself, or null if the loop answered or is just about to
 * @param tasks the tasks that no other task hosts, with those that they host
 */
public record LoopDTO(String name, String backend, String holder, boolean answered, @Nullable BusyDTO busy,
        List<TaskDTO> tasks) {
    /**
     * The loop and its tasks as an indented text, one line for each.
     *
     * @return lines, each with its end
     */
    public String text() {
        StringBuilder text = new StringBuilder("loop ").append(name).append(" (").append(backend).append(") of ")
                .append(holder);
        if (!answered) {
            text.append(": does not answer\n");
            if (busy != null) {
                busy.appendTo(text);
            }
            return text.toString();
        }
        text.append('\n');
        tasks.forEach(task -> task.appendTo(text, 1));
        return text.toString();
    }
}
