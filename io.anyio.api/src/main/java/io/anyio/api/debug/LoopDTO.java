package io.anyio.api.debug;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event loop, as it was when the snapshot was taken.
 *
 * @param name the name of the loop and its thread
 * @param backend {@code carrier} or {@code pool}
 * @param holder the bundle to which the loop belongs
 * @param answered whether the loop answered in time; if it did not, {@code tasks} is empty, and {@code busy} has the
 * reason
 * @param busy the code that keeps the loop busy, or null if the loop answered or is about to
 * @param tasks the tasks that have no parent task; each contains its children
 */
public record LoopDTO(String name, String backend, String holder, boolean answered, @Nullable BusyDTO busy,
        List<TaskDTO> tasks) {
    /**
     * Formats the loop and its tasks as indented text, one line for each task.
     *
     * @return lines, each with a line feed at its end
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
