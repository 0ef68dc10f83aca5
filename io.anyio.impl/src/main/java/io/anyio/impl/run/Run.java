package io.anyio.impl.run;

import io.anyio.api.spi.AnyioRuntime;
import io.anyio.impl.carry.Carriers;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.scope.Cancellable;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One loop with the tree of scopes of its tasks. */
public final class Run {
    /** The loop. */
    public final Loop loop;

    /** The runtime that made it. */
    public final AnyioRuntime runtime;

    /** The scope around everything on the loop. */
    public final Scope root;

    /** The loops of the same holder beside this one. */
    public final Team team;

    /** What is carried to the tasks of the loop from the threads that spawn them. */
    public final Carriers carriers;

    private final ConcurrentHashMap<Class<?>, Object> attachments = new ConcurrentHashMap<>();

    /**
     * Makes a run on a loop that is not yet open.
     *
     * @param loop the loop
     * @param runtime the runtime that makes it
     * @param team the loops to which it belongs
     * @param carriers what is carried to its tasks
     */
    public Run(Loop loop, AnyioRuntime runtime, Team team, Carriers carriers) {
        this.loop = loop;
        this.runtime = runtime;
        this.team = team;
        this.carriers = carriers;
        this.root = Scope.root(loop);
    }

    /**
     * An object that exists once in each run, such as its default worker limiter. From any thread.
     *
     * @param <T> its type
     * @param type its class
     * @param maker makes it on the first call, under no lock. Several threads may do that at once; all of them get the
     * object of one
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
     * Like {@link #attachment}, for a caller that needs no object if there is none yet. From any thread.
     *
     * @param <T> its type
     * @param type its class
     * @return the run's own, or null
     */
    public <T> @Nullable T attachmentOrNull(Class<T> type) {
        return type.cast(attachments.get(type));
    }

    /**
     * Lists all tasks that have not ended; in the loop.
     *
     * @return the tasks in order of their ids
     */
    public List<Task<?>> tasks() {
        List<Task<?>> tasks = tasksIn(root);
        tasks.sort(Comparator.comparingLong(Task::id));
        return tasks;
    }

    /**
     * Lists the tasks in a scope and below; in the loop.
     *
     * @param scope a scope of this run
     * @return the tasks in no order
     */
    public static List<Task<?>> tasksIn(Scope scope) {
        List<Cancellable<Scope>> found = new ArrayList<>();
        scope.collect(found);
        List<Task<?>> tasks = new ArrayList<>(found.size());
        found.forEach(one -> tasks.add((Task<?>) one));
        return tasks;
    }

    /**
     * Waits until the loop has ended, and those that were opened beside it. On an ordinary thread.
     *
     * @param nanos the time in nanoseconds, {@link Long#MAX_VALUE} for no limit
     * @return whether they have ended
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitEnd(long nanos) throws InterruptedException {
        return team.awaitEnd(nanos);
    }
}
