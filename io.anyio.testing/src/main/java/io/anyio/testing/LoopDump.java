package io.anyio.testing;

import io.anyio.api.AnyIO;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The tasks of a loop with their stacks, for a failure's message. */
final class LoopDump {
    private static final long ANSWER_SECONDS = 1;

    private LoopDump() {}

    /** Asks the loop, and if it does not answer looks at the threads from outside. */
    static String of(@Nullable TaskGroup<?> group, @Nullable Thread task) {
        if (group != null) {
            CompletableFuture<List<TaskInfo>> answer = new CompletableFuture<>();
            try {
                group.spawn("dump", () -> {
                    answer.complete(AnyIO.getRunningTasks());
                });
                return of(answer.get(ANSWER_SECONDS, TimeUnit.SECONDS));
            } catch (IllegalStateException | ExecutionException | TimeoutException e) {
                // the group has ended, or the loop is stalled
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        StringBuilder text = new StringBuilder("\nThe loop does not answer: a task has it for itself, or it has ended");
        if (task != null) {
            append(text, "the test's task", task, task.getStackTrace());
        }
        for (Map.Entry<Thread, StackTraceElement[]> entry : new ArrayList<>(Thread.getAllStackTraces().entrySet())) {
            if (entry.getKey().getName().startsWith("anyio-")) {
                append(text, "thread " + entry.getKey().getName(), entry.getKey(), entry.getValue());
            }
        }
        return text.toString();
    }

    static String of(List<TaskInfo> tasks) {
        StringBuilder text = new StringBuilder();
        for (TaskInfo task : tasks) {
            if (!task.name().equals("dump")) {
                append(text, "task '" + task.name() + "'", task.thread(), task.thread().getStackTrace());
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String title, Thread thread, StackTraceElement[] stack) {
        text.append("\n\n").append(title).append(" (").append(thread.getState()).append(')');
        for (StackTraceElement frame : stack) {
            text.append("\n    at ").append(frame);
        }
    }
}
