package io.anyio.impl.team;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.GroupOptions;
import io.anyio.impl.group.Group;
import io.anyio.impl.loop.Job;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The part of a spanning group on one other loop: a group of its own, hosted there. The home group has one child for
 * it, the <i>keeper</i>, which passes a cancellation on to the other loop, and hands the failures over when the branch
 * has ended. The first failure of a child cancels the home group at once, because other children of the branch may take
 * long to end.
 *
 * <p>A child of the branch that ends well costs nothing on the home loop.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
public final class LoopBranch<E extends Exception> extends CountedGroup<E> implements Task.Host {
    private final Set<LoopBranch<?>> open;
    private final Group<E> home;
    private final Run homeRun;
    private final Run run;
    private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();

    /** Done when the block of the home group has ended, or this branch is cancelled. */
    private final CompletableFuture<@Nullable Void> blockEnded = new CompletableFuture<>();

    /** Done when the branch, or its loop, has ended. */
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    private volatile Group.Failures failures = Group.Failures.NONE;

    /** Why the host could not even tell its failures. */
    private volatile @Nullable Throwable unfit;

    private volatile @Nullable Task<?> keeper;
    private volatile @Nullable Scope scope;

    private LoopBranch(Set<LoopBranch<?>> open, Group<E> home, Run homeRun, Run run, Class<E> childError) {
        super(new Group<>(childError, GroupOptions.DEFAULT));
        this.open = open;
        this.home = home;
        this.homeRun = homeRun;
        this.run = run;
    }

    /**
     * Opens a branch. A checkpoint; the caller runs the home group, which ends the branch even if this throws.
     *
     * @param open the open branches, to which it belongs until its end
     */
    static <E extends Exception> LoopBranch<E> open(Set<LoopBranch<?>> open, Group<E> home, Run homeRun, Run run,
            Class<E> childError) {
        LoopBranch<E> branch = new LoopBranch<>(open, home, homeRun, run, childError);
        home.spawn("tasks on " + run.loop.name, Bodies.of(branch::keep));
        CancelledError cancelled = Awaiting.until(branch.opened, run.loop, "loop " + run.loop.name, () -> {});
        if (cancelled != null) {
            throw cancelled;
        }
        return branch;
    }

    // ---- the keeper, in the home loop

    private void keep() {
        keeper = Task.current("TaskGroup.run");
        open.add(this);
        Runnable tell = this::tellEnded;
        run.loop.end.observe(tell);
        try {
            run.loop.breakage.checkIntact("A task group cannot use a further loop");
            Task<?> host = ContextTask.<@Nullable Void>prepareCarried(run, this, "task group of " + homeRun.loop.name,
                    Bodies.of(this::host));
            Job cancellation = new Cancellation(this, host);
            host.launch();
            CancelledError cancelled = Awaiting.until(ended, run.loop, "tasks on the loop " + run.loop.name,
                    () -> passOn(cancellation));
            home.failedElsewhere(failures);
            Throwable left = unfit;
            if (left != null) {
                throw Sneaky.<RuntimeException>asThrown(left);
            }
            if (cancelled != null) {
                throw cancelled;
            }
            run.loop.breakage.checkIntact("The tasks of a task group were cancelled");
        } finally {
            tellEnded();
            run.loop.end.forget(tell);
            open.remove(this);
        }
    }

    /** A cancellation of the keeper, which is decided: if memory is short, it is tried again. */
    private record Cancellation(LoopBranch<?> branch, Task<?> host) implements Job {
        @Override
        public void run() {
            branch.cancel(host);
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }

    /** At once, which also interrupts code that keeps the other loop busy; and there, for a host that only starts. */
    private void passOn(Job cancellation) {
        try {
            cancellation.run();
        } catch (OutOfMemoryError _) {
            // it is tried again there
        } finally {
            run.loop.post(cancellation);
        }
    }

    /** Cancels the branch because the home group, or else the keeper alone, was cancelled. From any thread. */
    private void cancel(Task<?> host) {
        Scope reached = scope;
        if (reached != null && !reached.seesDue()) {
            host.cancel("its part of the task group was cancelled on the loop of the host");
        }
    }

    private void tellEnded() {
        ended.complete(null);
        opened.complete(null);
    }

    /** The block of the home group has ended: the branch ends with its last child. From any thread. */
    void blockEnded() {
        blockEnded.complete(null);
    }

    // ---- the host, in the other loop

    private void host() {
        Throwable left = null;
        try {
            group.<RuntimeException>run(_ -> {
                opened.complete(null);
                CancelledError cancelled = Awaiting.until(blockEnded, homeRun.loop, "end of the task group's block",
                        this::blockEnded);
                if (cancelled != null) {
                    throw cancelled;
                }
            });
        } catch (Throwable e) {
            left = e;
        }
        failures = failuresIn(left);
    }

    /** The failures of the group, and that of a host which could not wait for its children. */
    private Group.Failures failuresIn(@Nullable Throwable left) {
        Group.Failures known = group.failures();
        if (left == null || left instanceof CancelledError || left instanceof ExceptionGroup) {
            return known;
        }
        for (Throwable error : known.errors()) {
            if (error == left) {
                return known;
            }
        }
        return new Group.Failures(List.of(left), List.of(left), known.stray());
    }

    @Override
    public Scope scope() {
        Scope made = scope;
        if (made == null) {
            made = Scope.branch(run.root, home.scope());
            scope = made;
        }
        return made;
    }

    @Override
    public OptionalLong hostId() {
        Task<?> known = keeper;
        return known == null ? OptionalLong.empty() : OptionalLong.of(known.id());
    }

    @Override
    public void childEnded(Task<?> child, @Nullable Throwable error) {
        unfit = error;
        try {
            scope().leaveUnowned();
        } finally {
            tellEnded();
        }
    }

    // ---- the children, in the other loop

    @Override
    public @Nullable Throwable ended(Task<?> child, @Nullable Throwable error) {
        try {
            if (error != null && !group.scope().isEffective()) {
                home.scope().cancelFor(error);
            }
        } catch (Throwable _) {
            // for example, no memory is left for the reason
            home.scope().cancelBlindly();
        } finally {
            super.ended(child, error);
        }
        return error;
    }

    // ---- for the stop

    /**
     * The loop of the children.
     *
     * @return its run
     */
    public Run run() {
        return run;
    }

    /**
     * The scope of the children. In their loop; a read from outside may be a little late.
     *
     * @return the scope, or null while there is none
     */
    public @Nullable Scope scopeOrNull() {
        return scope;
    }

    /**
     * The scope of the home group. From any thread.
     *
     * @return a scope of the loop of the host
     */
    public Scope homeScope() {
        return home.scope();
    }

    boolean holds(Scope inner) {
        Scope its = scope;
        return its != null && inner.isWithin(its);
    }
}
