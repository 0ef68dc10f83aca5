package io.anyio.impl.team;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.Started;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.group.Group;
import io.anyio.impl.group.WatchedChild;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Cancellations;
import io.anyio.impl.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A task group whose children run on several loops: each on the one with the fewest of them. It is a group on the loop
 * of its host, with a branch on each other loop. Cancellation and errors pass through the keepers of the branches, so
 * one scope and one rule for errors hold for all children.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
final class SpanningGroup<E extends Exception> implements TaskGroup<E>, WatchedChild.Watch {
    private final Loops loops;
    private final Class<E> childError;
    private final GroupOptions options;
    private final Group<E> home;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    private volatile List<LoopBranch<E>> branches = List.of();

    /** The loops of a holder. */
    interface Loops {
        /** The runs, of which as many are opened as are missing. */
        List<Run> atLeast(int count);

        /** The open branches of all groups. */
        Set<LoopBranch<?>> branches();
    }

    SpanningGroup(Loops loops, Class<E> childError, GroupOptions options) {
        this.loops = loops;
        this.childError = childError;
        this.options = options;
        this.home = new Group<>(childError, options);
    }

    // ---- running

    @Override
    public <X extends Exception> void run(BlockWith<TaskGroup<E>, X> block) throws E, X {
        Objects.requireNonNull(block, "TaskGroup.run: the block is null");
        try {
            home.<X>run(_ -> this.<@Nullable Void, X>within(Bodies.with(block)));
        } catch (ExceptionGroup | TaskFailedException e) {
            throw Sneaky.<X>asThrown(asOfOneLoop(e));
        }
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(BodyWith<TaskGroup<E>, T, X> body) throws E, X {
        Objects.requireNonNull(body, "TaskGroup.call: the body is null");
        try {
            return home.<T, X>call(_ -> within(body));
        } catch (ExceptionGroup | TaskFailedException e) {
            throw Sneaky.<X>asThrown(asOfOneLoop(e));
        }
    }

    private <T extends @Nullable Object, X extends Exception> T within(BodyWith<TaskGroup<E>, T, X> body) throws X {
        List<LoopBranch<E>> open = new ArrayList<>();
        try {
            Run homeRun = ContextTask.current("TaskGroup.run").run;
            for (Run other : othersThan(homeRun)) {
                open.add(LoopBranch.open(loops.branches(), home, homeRun, other, childError));
            }
            branches = List.copyOf(open);
            return body.call(this);
        } finally {
            open.forEach(LoopBranch::blockEnded);
        }
    }

    /**
     * The errors of all loops as those of one group. The frames around the errors of a branch are taken out. So is what
     * only tells of a stray cancellation that a branch has reported later: on one loop, a child's own error comes
     * first.
     */
    private Throwable asOfOneLoop(RuntimeException thrown) {
        List<Throwable> told = thrown instanceof ExceptionGroup group ? group.exceptions() : List.of(thrown);
        List<Throwable> members = new ArrayList<>();
        boolean changed = false;
        for (Throwable member : told) {
            if (member instanceof ExceptionGroup frame && branches.stream().anyMatch(branch -> branch.isFrame(frame))) {
                members.addAll(frame.exceptions());
                changed = true;
            } else {
                members.add(member);
            }
        }
        for (LoopBranch<E> branch : branches) {
            CancelledError stray = branch.stray();
            if (stray != null && members.removeIf(member -> member instanceof TaskFailedException retold
                    && Errors.cause(retold) == stray)) {
                changed = true;
                if (members.isEmpty()) {
                    return stray;
                }
            }
        }
        if (!changed) {
            return thrown;
        }
        Throwable only = members.getFirst();
        boolean alone = members.size() == 1 && !options.strict()
                && (Cancellations.isUnchecked(only) || childError.isInstance(only));
        return alone ? only : like(thrown, new ExceptionGroup(members));
    }

    private static ExceptionGroup like(Throwable thrown, ExceptionGroup made) {
        made.setStackTrace(thrown.getStackTrace());
        for (Throwable suppressed : thrown.getSuppressed()) {
            made.addSuppressed(suppressed);
        }
        return made;
    }

    private List<Run> othersThan(Run homeRun) {
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
        LoopBranch<E> branch = idlest();
        if (branch != null) {
            try {
                return branch.spawn(name, body);
            } catch (IllegalStateException _) {
                // the block has ended, and the last task on that loop; the home loop decides
            }
        }
        return spawnAtHome(name, body);
    }

    /** The branch with the fewest children, or null if the home loop has no more. */
    private @Nullable LoopBranch<E> idlest() {
        List<LoopBranch<E>> all = branches;
        int first = Math.floorMod(next.getAndIncrement(), all.size() + 1);
        LoopBranch<E> idlest = null;
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i <= all.size(); i++) {
            int at = (first + i) % (all.size() + 1);
            LoopBranch<E> branch = at == all.size() ? null : all.get(at);
            int children = branch == null ? active.get() : branch.active();
            if (children < fewest) {
                fewest = children;
                idlest = branch;
            }
        }
        return idlest;
    }

    private <T extends @Nullable Object> TaskHandle<T> spawnAtHome(String name, Body<T, ?> body) {
        active.incrementAndGet();
        boolean spawned = false;
        try {
            TaskHandle<T> child = WatchedChild.spawn(home, name, body, this);
            spawned = true;
            return child;
        } finally {
            if (!spawned) {
                active.decrementAndGet();
            }
        }
    }

    @Override
    public @Nullable Throwable ended(Task<?> child, @Nullable Throwable error) {
        active.decrementAndGet();
        return error;
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
