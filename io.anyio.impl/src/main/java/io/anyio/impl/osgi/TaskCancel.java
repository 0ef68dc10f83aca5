package io.anyio.impl.osgi;

import io.anyio.api.debug.TaskDTO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.spi.Arguments;
import io.anyio.impl.owner.Cancellation;
import io.anyio.impl.owner.RunningTasks;

/** What {@code anyio:cancel} does and prints. */
final class TaskCancel {
    static final String USAGE = """
            usage: anyio:cancel <task>
              <task>  the id of the task, which anyio:tasks shows after #
            """;

    private static final String REASON = "it was cancelled by anyio:cancel";

    private TaskCancel() {}

    static String of(RunningTasks tasks, Arguments given) throws Arguments.Misuse {
        String operand = given.operand();
        if (operand.isEmpty()) {
            throw new Arguments.Misuse("Which task? Give its id");
        }
        long id = Arguments.number("The id of a task", operand.startsWith("#") ? operand.substring(1) : operand, 0);
        Cancellation cancellation = tasks.cancel(id, REASON, TaskTree.PATIENCE);
        Cancellation.Found found = cancellation.found();
        if (found != null) {
            return (found.already() ? "It was cancelled before, and has not ended: " : "Cancelled: ")
                    + describe(found.task()) + ", on the loop " + found.loop() + " of " + found.holder();
        }
        if (cancellation.silent().isEmpty()) {
            return "No task has the id " + id + ", or it has ended";
        }
        return "No task of a loop that answers has the id " + id + ". Busy "
                + (cancellation.silent().size() == 1 ? "is the loop " : "are the loops ")
                + String.join(", ", cancellation.silent())
                + ": if the task is there, it is cancelled when the loop has time";
    }

    private static String describe(TaskDTO task) {
        return "the task '" + task.name() + "' #" + task.id() + switch (task.state()) {
            case READY -> ", which was ready";
            case WAITING -> ", which waited for " + task.waitsFor();
            case FOREIGN -> ", which is in foreign code, and ends when that is over";
        };
    }
}
