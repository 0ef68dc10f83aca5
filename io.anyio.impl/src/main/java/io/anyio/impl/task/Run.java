package io.anyio.impl.task;

import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.task.TaskInfo;
import io.anyio.impl.loop.Loop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One loop with the tree of scopes of its tasks. */
public final class Run {
    /** The loop. */
    public final Loop loop;

    /** The runtime that made it. */
    public final AnyioRuntime runtime;

    /** The scope around everything on the loop. */
    public final Scope root;

    /** Whether a task has ever asked if it should finish: those who never ask need no time for it. */
    volatile boolean finishIsWatched;

    final InterruptibleRegions regions = new InterruptibleRegions();

    private final ConcurrentHashMap<Class<?>, Object> attachments = new ConcurrentHashMap<>();

    /**
     * Makes a run on a loop that is not yet open.
     *
     * @param loop the loop
     * @param runtime who makes it
     */
    public Run(Loop loop, AnyioRuntime runtime) {
        this.loop = loop;
        this.runtime = runtime;
        this.root = Scope.root(this);
    }

    /**
     * Something that exists once in each run, such as its default worker limiter. From any thread.
     *
     * @param <T> its type
     * @param type its class
     * @param maker makes it when it is first asked for, under no lock: several threads may do that at once, and what
     * one of them has made is everybody's
     * @return the run's own
     */
    public <T> T attachment(Class<T> type, Supplier<T> maker) {
        Object known = attachments.get(type);
        if (known == null) {
            T made = maker.get();
            Object first = attachments.putIfAbsent(type, made);
            known = first == null ? made : first;
        }
        return type.cast(known);
    }

    /**
     * All tasks that have not ended; in the loop.
     *
     * @return the tasks in order of their ids
     */
    public List<Task<?>> tasks() {
        List<Task<?>> tasks = new ArrayList<>();
        root.collect(tasks);
        tasks.sort(Comparator.comparingLong(Task::id));
        return tasks;
    }

    /**
     * Whether anybody looks at {@link io.anyio.api.task.CancelScope#finishRequested}. From any thread.
     *
     * @return false if asking to finish is in vain
     */
    public boolean finishIsWatched() {
        return finishIsWatched;
    }

    List<TaskInfo> infos() {
        return tasks().stream().map(Task::info).toList();
    }
}
