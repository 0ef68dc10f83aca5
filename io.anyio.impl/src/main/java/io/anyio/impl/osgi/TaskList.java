package io.anyio.impl.osgi;

import io.anyio.api.debug.LoopDTO;
import io.anyio.api.debug.TaskDTO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.spi.Arguments;
import java.util.ArrayList;
import java.util.List;

/** What {@code anyio:tasks} prints. */
final class TaskList {
    static final String USAGE = """
            usage: anyio:tasks [-b bundle] [-l loop] [-n count] [-s]
              -b bundle  only loops of the bundle with this symbolic name; '*' stands for any text
              -l loop    only the loop with this name; '*' stands for any text
              -n count   no more tasks than this
              -s         with the stack of each task; its loop stands still while they are taken
            """;

    private long left;
    private long omitted;

    private TaskList(long most) {
        this.left = most;
    }

    static String of(TaskTree tree, Arguments given) throws Arguments.Misuse {
        TaskList list = new TaskList(given.number("n", 1, Long.MAX_VALUE));
        List<LoopDTO> all = given.has("s") ? tree.loopsWithStacks(TaskTree.PATIENCE) : tree.loops();
        if (all.isEmpty()) {
            return "No loop is running";
        }
        List<LoopDTO> ofBundle = all.stream().filter(loop -> given.matches("b", loop.holder())).toList();
        if (ofBundle.isEmpty()) {
            return given.noneMatches("b", "bundle with a loop", all.stream(), LoopDTO::holder);
        }
        List<LoopDTO> asked = ofBundle.stream().filter(loop -> given.matches("l", loop.name())).toList();
        if (asked.isEmpty()) {
            return given.noneMatches("l", "loop", ofBundle.stream(), LoopDTO::name);
        }
        return list.text(asked);
    }

    private String text(List<LoopDTO> loops) {
        StringBuilder text = new StringBuilder();
        for (LoopDTO loop : loops) {
            text.append(new LoopDTO(loop.name(), loop.backend(), loop.holder(), loop.answered(), loop.busy(),
                    first(loop.tasks())).text());
        }
        if (omitted > 0) {
            text.append(omitted).append(omitted == 1 ? " more task\n" : " more tasks\n");
        }
        return text.toString();
    }

    /** The tasks that there is room for, each before its children. */
    private List<TaskDTO> first(List<TaskDTO> tasks) {
        List<TaskDTO> kept = new ArrayList<>();
        for (TaskDTO task : tasks) {
            if (left == 0) {
                omitted++;
                first(task.children());
            } else {
                left--;
                kept.add(new TaskDTO(task.id(), task.name(), task.age(), task.state(), task.waitsFor(),
                        task.timeLeft(), task.scopes(), task.stack(), first(task.children())));
            }
        }
        return kept;
    }
}
