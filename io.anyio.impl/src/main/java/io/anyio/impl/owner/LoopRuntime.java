package io.anyio.impl.owner;

import io.anyio.api.debug.TaskTree;
import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.Skippable;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Body;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.thread.Portals;
import io.anyio.api.thread.Threads;
import io.anyio.impl.carry.Carriers;
import io.anyio.impl.loop.Backends;
import io.anyio.impl.portal.PlainPortals;
import io.anyio.impl.portal.TaskThreads;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.stream.MemoryStreamFactory;
import io.anyio.impl.sync.Primitives;
import io.anyio.impl.team.LoopTeam;
import io.anyio.impl.thread.Awaiting;
import io.anyio.impl.watch.ChannelWaits;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes runs. Plain Java finds it by {@link java.util.ServiceLoader}; in a container the bundle's own components make
 * it.
 */
public final class LoopRuntime implements AnyioRuntime {
    private final Backends backends = new Backends();
    private final Primitives primitives = new Primitives();
    private final MemoryStreams memoryStreams = new MemoryStreamFactory();
    private final Threads threads = new TaskThreads();
    private final Portals portals = new PlainPortals(this::open);
    private final TaskTree tree = new RunningTasks(this::runs);
    private final ChannelWaits waits = new ChannelWaits();
    private final Carriers carriers = new Carriers();
    private final Owners plainOwners = new PlainOwners(waits);
    private final Sources sources = new Sources();

    /** For threads that are no tasks. */
    private final FoundServices found = new FoundServices(sources, plainOwners);
    private final AtomicInteger loops = new AtomicInteger();
    private final Set<Run> runs = ConcurrentHashMap.newKeySet();

    /** Makes a runtime; it has no thread until it runs something. */
    public LoopRuntime() {}

    /**
     * Makes a run and opens its loop.
     *
     * @param options the loop's options
     * @param holder who uses it
     * @return the run
     * @throws IllegalArgumentException if there is no such backend
     */
    public Run open(LoopOptions options, Holder holder) {
        LoopOptions named = options.name().isEmpty()
                ? options.name("anyio-" + loops.incrementAndGet() + "-" + holder.name())
                : options;
        LoopTeam team = new LoopTeam((its, number) -> open(named.name(named.name() + "-" + number), holder, its));
        return team.begin(open(named, holder, team));
    }

    private Run open(LoopOptions options, Holder holder, LoopTeam team) {
        Run run = new Run(backends.newLoop(options, holder), this, team, carriers.and(options.contextCarriers()));
        runs.add(run);
        run.loop.end.observe(() -> runs.remove(run));
        run.loop.breakage.observe(cause -> run.root.cancel("the event loop broke: " + cause.getClass().getName()));
        run.loop.open(options.stallAfter());
        return run;
    }

    /**
     * The runs whose loops have not ended. From any thread.
     *
     * @return a copy
     */
    public Set<Run> runs() {
        return Set.copyOf(runs);
    }

    /**
     * The waits for channels of other libraries. From any thread.
     *
     * @return always the same
     */
    public ChannelWaits waits() {
        return waits;
    }

    /**
     * What is carried to the tasks of all loops. From any thread.
     *
     * @return always the same
     */
    public Carriers carriers() {
        return carriers;
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, LoopOptions options, Object code)
            throws X {
        refuseInTask("AnyIO.run");
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Run run = open(options, new Holder(Holder.APPLICATION, "application", loader, () -> false));
        Call<T> call = new Call<>(body);
        try {
            new Supervisor(run).<@Nullable Void>spawn(Bodies.nameOf(code), new First(call, run));
        } finally {
            run.loop.finish();
        }
        Awaiting.beforeEndOf(run.loop);
        return call.<X>awaitValue(run.root::cancel, run::awaitEnd, run.loop);
    }

    /** The first task of a run: if it fails, the others are cancelled. */
    private record First(Call<?> body, Run run) implements Body<@Nullable Void, RuntimeException>, Skippable {
        @Override
        public @Nullable Void call() {
            body.call();
            if (body.failed()) {
                run.root.cancel("the first task of the run has failed");
            }
            return null;
        }

        @Override
        public void skipped(Throwable why) {
            body.skipped(why);
        }
    }

    /**
     * Refuses a call that would block a loop indefinitely.
     *
     * @param what the call
     * @throws IllegalStateException if the caller is a task
     */
    static void refuseInTask(String what) {
        TaskContext task = TaskContext.currentOrNull();
        if (task != null) {
            throw new IllegalStateException(
                    what + " was called by the task '" + task.info().name() + "' of a running event loop (backend "
                            + task.backend() + "): call the code directly, or spawn it into a task group");
        }
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        if (type == Synchronization.class) {
            return type.cast(primitives);
        }
        if (type == MemoryStreams.class) {
            return type.cast(memoryStreams);
        }
        if (type == TaskTree.class) {
            return type.cast(tree);
        }
        if (type == Threads.class) {
            return type.cast(threads);
        }
        if (type == Portals.class) {
            return type.cast(portals);
        }
        if (type == Owners.class) {
            return type.cast(plainOwners);
        }
        return (TaskContext.currentOrNull() instanceof ContextTask<?> task
                ? task.run.attachment(FoundServices.class, () -> new FoundServices(sources, plainOwners))
                : found).get(type);
    }
}
