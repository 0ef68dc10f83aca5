package io.anyio.impl.osgi;

import io.anyio.api.debug.LoopDTO;
import io.anyio.api.debug.TaskTree;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The Gogo command {@code anyio:tasks}. It is an ordinary service with certain properties, and imports nothing of Gogo.
 */
@Component(service = TasksCommand.class, property = {"osgi.command.scope=anyio", "osgi.command.function=tasks"})
public final class TasksCommand {
    private final TaskTree tree;

    /**
     * Makes the command.
     *
     * @param tree lists the tasks
     */
    @Activate
    public TasksCommand(@Reference TaskTree tree) {
        this.tree = tree;
    }

    /**
     * Lists all loops with their tasks as a tree: name, age, what each waits for, its deadline and scopes.
     *
     * @return lines for the console
     */
    public String tasks() {
        String text = tree.loops().stream().map(LoopDTO::text).collect(Collectors.joining());
        return text.isEmpty() ? "No loop is running" : text;
    }
}
