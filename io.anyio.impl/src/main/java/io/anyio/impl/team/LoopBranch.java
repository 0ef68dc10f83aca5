package io.anyio.impl.team;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.group.Group;
import io.anyio.impl.group.WatchedChild;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The part of a spanning group on one other loop: a group of its own, hosted there. The home group has one child for
 * it, the <i>keeper</i>, which passes a cancellation on to the other loop and the errors back.
 *
 * <p>A child of the branch costs nothing on the home loop when it ends.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
public final class LoopBranch<E extends Exception> implements Task.Host, WatchedChild.Watch {
    private final Set<LoopBranch<?>> open;
    private final Group<E> home;
    private final Run homeRun;
    private final Run run;
    private final Group<E> group;
    private final AtomicInteger active = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();

    /** Done when the block of the home group has ended, or this branch is cancelled. */
    private final CompletableFuture<@Nullable Void> blockEnded = new CompletableFuture<>();

    /** Done when the branch, or its loop, has ended. */
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** The errors of several children, or a checked error of one. */
    private @Nullable ExceptionGroup several;

    /** A cancellation that no scope requested, thrown by a child. */
    private volatile @Nullable CancelledError stray;

    private volatile @Nullable Task<?> keeper;
    private volatile @Nullable Scope scope;

    private LoopBranch(Set<LoopBranch<?>> open, Group<E> home, Run homeRun, Run run, Class<E> childError) {
        this.open = open;
        this.home = home;
        this.homeRun = homeRun;
        this.run = run;
        this.group = new Group<>(childError, GroupOptions.DEFAULT);
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

    private void keep() throws Exception {
        keeper = Task.current("TaskGroup.run");
        open.add(this);
        Runnable tell = this::tellEnded;
        run.loop.end.observe(tell);
        try {
            Task<?> host = ContextTask.<@Nullable Void>prepareCarried(run, this, "task group of " + homeRun.loop.name,
                    Bodies.of(this::host));
            host.launch();
            CancelledError cancelled = Awaiting.until(ended, run.loop, "tasks on the loop " + run.loop.name,
                    () -> host.cancel(reason()));
            tellOutcome(host, cancelled);
        } finally {
            tellEnded();
            run.loop.end.forget(tell);
            open.remove(this);
        }
    }

    private String reason() {
        return home.scope().isEffective()
                ? home.scope().error().reason()
                : "its part of the task group on the loop of the host was cancelled";
    }

    private void tellEnded() {
        ended.complete(null);
        opened.complete(null);
    }

    private void tellOutcome(Task<?> host, @Nullable CancelledError cancelled) throws Exception {
        Throwable error = host.status() == TaskHandle.Status.FAILED ? host.error() : null;
        if (error != null) {
            several = error instanceof ExceptionGroup group ? group : null;
            throw Sneaky.<Exception>asThrown(error);
        }
        if (cancelled != null) {
            throw cancelled;
        }
        run.loop.breakage.checkIntact("The tasks of a task group were cancelled");
    }

    /** The block of the home group has ended: the branch ends with its last child. From any thread. */
    void blockEnded() {
        blockEnded.complete(null);
    }

    /** Whether an error is only the frame around the errors of children. In the home loop, after the end. */
    boolean isFrame(Throwable error) {
        return error == several;
    }

    /** The failure of a child that is a cancellation which no scope requested. After the end. */
    @Nullable
    CancelledError stray() {
        return stray;
    }

    // ---- the host, in the other loop

    private void host() throws Exception {
        group.<Exception>run(_ -> {
            opened.complete(null);
            CancelledError cancelled = Awaiting.until(blockEnded, homeRun.loop, "end of the task group's block",
                    this::blockEnded);
            if (cancelled != null) {
                throw cancelled;
            }
        });
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
        try {
            scope().leaveUnowned();
        } finally {
            tellEnded();
        }
    }

    // ---- the children

    int active() {
        return active.get();
    }

    /**
     * Spawns a child. From any thread.
     *
     * @throws IllegalStateException if the branch has ended
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body) {
        active.incrementAndGet();
        boolean spawned = false;
        try {
            TaskHandle<T> child = WatchedChild.spawn(group, name, body, this);
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
        if (error instanceof CancelledError own && stray == null && !group.scope().isEffective()) {
            // the scope of the host may swallow it, if the home group is cancelled because another task tells of it
            stray = own;
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
     * Whether the group lies in a scope of the loop of its host. A hint if it is read from outside of that loop.
     *
     * @param outer the scope
     * @return true if it does
     */
    public boolean isWithin(Scope outer) {
        return home.scope().isWithin(outer);
    }
}
