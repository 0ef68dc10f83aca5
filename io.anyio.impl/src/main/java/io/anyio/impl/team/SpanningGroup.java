package io.anyio.impl.team;

import io.anyio.api.spi.Bodies;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.Started;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.group.Group;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A task group whose children run on several loops: each on the one with the fewest of them. It is a group on the loop
 * of its host, with a branch on each other loop. Cancellation and failures pass through the keepers of the branches, so
 * one scope and one rule for errors hold for all children: those of the home group.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
final class SpanningGroup<E extends Exception> implements TaskGroup<E> {
    private final Class<E> childError;
    private final GroupOptions options;
    private final Group<E> home;
    private final CountedGroup<E> atHome;

    /** All parts: the one at home, and the branches while they are open. */
    private volatile List<CountedGroup<E>> parts;

    private final AtomicInteger next = new AtomicInteger();

    /** The loops of a holder. */
    interface Loops {
        /** Runs that are intact, of which as many are opened as are missing. */
        List<Run> atLeast(int count);

        /** The open branches of all groups. */
        Set<LoopBranch<?>> branches();
    }

    SpanningGroup(Class<E> childError, GroupOptions options) {
        this.childError = childError;
        this.options = options;
        this.home = new Group<>(childError, options);
        this.atHome = new CountedGroup<>(home);
        this.parts = List.of(atHome);
    }

    // ---- running

    @Override
    public <X extends Exception> void run(BlockWith<TaskGroup<E>, X> block) throws E, X {
        Objects.requireNonNull(block, "TaskGroup.run: the block is null");
        home.<X>run(_ -> this.<@Nullable Void, X>within(Bodies.with(block)));
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(BodyWith<TaskGroup<E>, T, X> body) throws E, X {
        Objects.requireNonNull(body, "TaskGroup.call: the body is null");
        return home.<T, X>call(_ -> within(body));
    }

    private <T extends @Nullable Object, X extends Exception> T within(BodyWith<TaskGroup<E>, T, X> body) throws X {
        List<LoopBranch<E>> branches = new ArrayList<>();
        try {
            Run homeRun = ContextTask.current("TaskGroup.run").run;
            Loops loops = (Loops) homeRun.team;
            for (Run other : others(loops, homeRun)) {
                branches.add(LoopBranch.open(loops.branches(), home, homeRun, other, childError));
            }
            List<CountedGroup<E>> all = new ArrayList<>(branches);
            all.add(atHome);
            parts = List.copyOf(all);
            return body.call(this);
        } finally {
            branches.forEach(LoopBranch::blockEnded);
        }
    }

    /** The loops of the branches: they belong to the task that runs the group, whoever has made it. */
    private List<Run> others(Loops loops, Run homeRun) {
        int count = options.loops() == 0 ? Runtime.getRuntime().availableProcessors() : options.loops();
        List<Run> others = new ArrayList<>(loops.atLeast(count));
        others.remove(homeRun);
        return others.subList(0, count - 1);
    }

    // ---- children

    @Override
    public TaskHandle<@Nullable Void> spawn(Block<?> block) {
        Objects.requireNonNull(block, "TaskGroup.spawn: the block is null");
        return spawn(Bodies.nameOf(block), Bodies.of(block));
    }

    @Override
    public TaskHandle<@Nullable Void> spawn(String name, Block<?> block) {
        return spawn(name, Bodies.of(Objects.requireNonNull(block, "TaskGroup.spawn: the block is null")));
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(Body<T, ?> body) {
        return spawn(Bodies.nameOf(Objects.requireNonNull(body, "TaskGroup.spawn: the body is null")), body);
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body) {
        Objects.requireNonNull(name, "TaskGroup.spawn: the name is null");
        Objects.requireNonNull(body, "TaskGroup.spawn: the body is null");
        CountedGroup<E> part = idlest();
        if (part != atHome) {
            try {
                return part.spawn(name, body);
            } catch (IllegalStateException _) {
                // the block has ended, and the last task on that loop; the home group decides
            }
        }
        return atHome.spawn(name, body);
    }

    /** The part with the fewest children; of several, each in turn. */
    private CountedGroup<E> idlest() {
        List<CountedGroup<E>> all = parts;
        int first = Math.floorMod(next.getAndIncrement(), all.size());
        CountedGroup<E> idlest = all.get(first);
        int fewest = idlest.children();
        for (int i = 1; i < all.size() && fewest > 0; i++) {
            CountedGroup<E> part = all.get((first + i) % all.size());
            int children = part.children();
            if (children < fewest) {
                fewest = children;
                idlest = part;
            }
        }
        return idlest;
    }

    @Override
    public <S extends @Nullable Object, X extends Exception> S start(String name, BlockWith<Started<S>, X> block)
            throws X {
        return home.start(name, block);
    }

    @Override
    public CancelScope cancelScope() {
        return home.cancelScope();
    }

    @Override
    public void cancel() {
        home.cancel();
    }
}
