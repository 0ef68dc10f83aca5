package io.anyio.impl.osgi;

import io.anyio.api.spi.Arguments;
import io.anyio.impl.owner.RunningTasks;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The Gogo commands {@code anyio:tasks} and {@code anyio:cancel}. It is an ordinary service with certain properties,
 * and imports nothing of Gogo: an update of Gogo restarts no loop.
 */
@Component(service = TasksCommand.class, property = {"osgi.command.scope=anyio", "osgi.command.function=tasks",
        "osgi.command.function=cancel"})
public final class TasksCommand {
    private final RunningTasks tasks;

    /**
     * Makes the commands.
     *
     * @param tasks lists and cancels the tasks
     */
    @Activate
    public TasksCommand(@Reference TaskTreeComponent tasks) {
        this((RunningTasks) tasks);
    }

    TasksCommand(RunningTasks tasks) {
        this.tasks = tasks;
    }

    /**
     * Lists the loops with their tasks as a tree: name, age, what each waits for, its deadline and scopes.
     *
     * @param arguments options; {@code -h} explains them
     * @return lines for the console
     */
    public String tasks(@Nullable Object... arguments) {
        return Arguments.run(TaskList.USAGE, arguments, given -> TaskList.of(tasks, given));
    }

    /**
     * Cancels a task.
     *
     * @param arguments its id, as {@code anyio:tasks} shows it
     * @return lines for the console
     */
    public String cancel(@Nullable Object... arguments) {
        return Arguments.run(TaskCancel.USAGE, arguments, given -> TaskCancel.of(tasks, given));
    }
}
