package io.anyio.impl.owner;

import io.anyio.api.debug.BusyDTO;
import io.anyio.api.debug.LoopDTO;
import io.anyio.api.debug.LoopFiguresDTO;
import io.anyio.api.debug.ScopeDTO;
import io.anyio.api.debug.TaskDTO;
import io.anyio.api.debug.TaskDTO.State;
import io.anyio.api.task.Deadline;
import io.anyio.impl.loop.Busy;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Stragglers;
import io.anyio.impl.thread.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes a run for display. */
final class Snapshot {
    private Snapshot() {}

    /**
     * Describes the loop with all of its tasks. In the loop.
     *
     * @param run the run
     * @param stacks whether to take the stacks of the tasks
     * @return the loop with its tasks
     */
    static LoopDTO of(Run run, boolean stacks) {
        List<Task<?>> tasks = run.tasks();
        Set<Long> ids = tasks.stream().map(Task::id).collect(Collectors.toSet());
        Map<Long, List<Task<?>>> hosted = new HashMap<>();
        List<Task<?>> roots = new ArrayList<>();
        for (Task<?> task : tasks) {
            long host = task.hostId().orElse(-1);
            (ids.contains(host) ? hosted.computeIfAbsent(host, _ -> new ArrayList<>()) : roots).add(task);
        }
        Loop loop = run.loop;
        return new LoopDTO(loop.name, loop.backend(), loop.holder.name(), true, null,
                describe(roots, hosted, stacks));
    }

    /**
     * Describes a loop that does not answer, as far as it can be seen from outside. From any thread.
     *
     * @param run the run
     * @return the loop with what has it to itself
     */
    static LoopDTO fromOutside(Run run) {
        Loop loop = run.loop;
        Busy busy = loop.busy();
        return new LoopDTO(loop.name, loop.backend(), loop.holder.name(), false, busy == null
                ? null
                : new BusyDTO(busy.what(), busy.thread().getName(), busy.thread().getState(),
                        List.of(busy.thread().getStackTrace())),
                List.of());
    }

    private static List<TaskDTO> describe(List<Task<?>> tasks, Map<Long, List<Task<?>>> hosted, boolean stacks) {
        return tasks.stream().map(task -> describe(task,
                stacks && task != Task.currentOrNull() ? List.of(task.thread().getStackTrace()) : List.of(),
                describe(hosted.getOrDefault(task.id(), List.of()), hosted, stacks))).toList();
    }

    /**
     * Describes a task without its children and its stack. In the loop.
     *
     * @param task a task of the loop
     * @return the task alone
     */
    static TaskDTO of(Task<?> task) {
        return describe(task, List.of(), List.of());
    }

    /**
     * Reads the figures of a run. From any thread.
     *
     * @param run the run
     * @return its figures, which may be a little late
     */
    static LoopFiguresDTO figures(Run run) {
        Loop loop = run.loop;
        return new LoopFiguresDTO(loop.name, loop.backend(), loop.holder.name(), loop.fibers(), loop.isStalled(),
                Stragglers.countOf(run), Workers.figures(run));
    }

    private static TaskDTO describe(Task<?> task, List<StackTraceElement> stack, List<TaskDTO> children) {
        String waitsFor = task.waitingFor();
        State state = waitsFor != null ? State.WAITING : task.isInForeignWait() ? State.FOREIGN : State.READY;
        return new TaskDTO(task.id(), task.name(), task.age(), state, waitsFor == null ? "" : waitsFor,
                timeLeft(task.loop, task.scope().effectiveDeadline()), scopesOf(task), stack,
                children);
    }

    /** The scopes that a task has entered, the innermost first. */
    private static List<ScopeDTO> scopesOf(Task<?> task) {
        List<ScopeDTO> scopes = new ArrayList<>();
        for (Scope scope = task.scope(); scope != task.own(); scope = scope.enclosing()) {
            scopes.add(new ScopeDTO(scope.name(), timeLeft(task.loop, scope.deadline()), scope.shield(),
                    scope.cancelCalled()));
        }
        return scopes;
    }

    private static @Nullable Duration timeLeft(Loop loop, Deadline deadline) {
        if (deadline.equals(Deadline.NEVER)) {
            return null;
        }
        Duration left = new Deadline(loop.clock.nanoTime()).until(deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
