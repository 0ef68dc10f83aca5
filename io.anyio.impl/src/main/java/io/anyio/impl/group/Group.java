package io.anyio.impl.group;

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
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.Started;
import io.anyio.api.task.TaskCancelledException;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.loop.Job;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.scope.Cancellations;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A task group. {@code children} counts the children that have not ended, or says that the group is not active. Only
 * this field is used by threads outside of the loop.
 *
 * <p>An error of the host or a child is examined once, when it arrives. If the group's scope is effectively cancelled,
 * cancellations are taken out of it ({@link Cancellations}). Otherwise all of it is a failure, even a
 * {@link CancelledError} that no scope requested, and cancels the group. What leaves the group is decided once, at the
 * end, from the failures that remain. {@code WhatLeavesTest} has the table.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
public final class Group<E extends Exception> implements TaskGroup<E>, StartingChild.Target, Job {
    private static final String NO_BLOCK = "TaskGroup.spawn: the block is null";
    private static final String NO_BODY = "TaskGroup.spawn: the body is null";
    private static final int NEW = -1;
    private static final int ENDED = -2;

    private final Class<E> childError;
    private final GroupOptions options;
    private final Scope scope = new Scope(ScopeOptions.DEFAULT);
    private final AtomicInteger children = new AtomicInteger(NEW);

    /** The errors that are or contain a failure, as they were thrown. */
    private final List<Throwable> thrown = new ArrayList<>(0);

    /** The failures in {@code thrown}. */
    private final List<Throwable> errors = new ArrayList<>(0);

    /** The failures of the host. */
    private List<Throwable> errorsOfHost = List.of();

    /** A cancellation that no scope requested: a failure that leaves only if there is no other. */
    private @Nullable Throwable stray;

    /** A requested cancellation. */
    private @Nullable CancelledError pending;

    private boolean hostFailed;
    private @Nullable Waiter hostWaiter;
    private boolean abandoned;
    private volatile @Nullable Task<?> host;

    /**
     * Makes a group that is not yet entered.
     *
     * @param childError the class of the exception of a child that may leave as itself
     * @param options its options
     */
    public Group(Class<E> childError, GroupOptions options) {
        this.childError = childError;
        this.options = options;
    }

    // ---- running

    @Override
    public <X extends Exception> void run(BlockWith<TaskGroup<E>, X> block) throws E, X {
        Objects.requireNonNull(block, "TaskGroup.run: the block is null");
        this.<@Nullable Void, X>runGroup(Bodies.with(block));
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(BodyWith<TaskGroup<E>, T, X> body) throws E, X {
        T value = runGroup(body);
        CancelledError swallowed = scope.caught();
        if (value == null && hostFailed && swallowed != null) {
            // AnyIO differs: its block would end silently, but here a value is expected and there is none
            throw new TaskCancelledException(
                    "The task group was cancelled before its body gave a value: " + swallowed.reason(), swallowed);
        }
        return value;
    }

    @SuppressWarnings("NullAway") // null only if the body failed
    private <T extends @Nullable Object, X extends Exception> T runGroup(BodyWith<TaskGroup<E>, T, X> body)
            throws E, X {
        Objects.requireNonNull(body, "TaskGroup.call: the body is null");
        Task<?> current = Task.current("TaskGroup.run");
        if (children.get() != NEW) {
            throw new IllegalStateException("The task group was entered before: a group is run once, make a new one");
        }
        scope.enter(current);
        children.set(0);
        host = current;
        T value = null;
        try {
            value = body.call(this);
        } catch (Throwable e) {
            hostFailed = true;
            // a child does this when it ends; a later decision is too late for both
            scope.settleDecided();
            errorsOfHost = failed(e);
        }
        Throwable unfit = null;
        try {
            awaitChildren(current);
        } catch (Throwable e) {
            unfit = e;
        }
        if (unfit != null && children.get() != ENDED) {
            throw Sneaky.<X>asThrown(abandon(unfit));
        }
        Throwable leaving = outcome(scope.exitGroup(pending), unfit);
        if (leaving != null) {
            throw Sneaky.<X>asThrown(leaving);
        }
        return value;
    }

    private void awaitChildren(Task<?> current) {
        if (children.compareAndSet(0, ENDED)) {
            current.yieldShielded();
            return;
        }
        do {
            Waiter waiter = new Waiter(current, "children of the task group", false);
            hostWaiter = waiter;
            waiter.await();
            hostWaiter = null;
        } while (!children.compareAndSet(0, ENDED));
        if (pending == null && scope.isEffective()) {
            pending = scope.error();
        }
    }

    /**
     * Ends a group whose host cannot wait. The group's scope is cancelled and stays in the tree of scopes, without an
     * owner.
     */
    private Throwable abandon(Throwable unfit) {
        abandoned = true;
        scope.cancel("its host cannot wait for its children");
        scope.orphan();
        return withErrors(unfit);
    }

    private Throwable withErrors(Throwable unfit) {
        for (Throwable error : errors) {
            if (error != unfit) {
                unfit.addSuppressed(error);
            }
        }
        return unfit;
    }

    /** What leaves the group after its end. */
    private @Nullable Throwable outcome(@Nullable CancelledError passing, @Nullable Throwable unfit) {
        if (unfit != null) {
            return withErrors(unfit);
        }
        dropRetold();
        Throwable alone = stray;
        if (errors.isEmpty()) {
            return alone == null ? passing : alone;
        }
        List<Throwable> leaving = errors;
        if (alone != null) {
            leaving = new ArrayList<>(errors);
            leaving.addAll(Cancellations.in(alone, scope).rest());
        }
        Throwable only = leaving.getFirst();
        return leaving.size() == 1 && mayLeave(only) && !options.strict() ? only : new ExceptionGroup(leaving);
    }

    /** Drops errors that only repeat the failure of a member, because another member awaited it. */
    private void dropRetold() {
        if (thrown.size() > 1) {
            Set<Throwable> known = Collections.newSetFromMap(new IdentityHashMap<>());
            known.addAll(thrown);
            for (Iterator<Throwable> each = errors.iterator(); each.hasNext();) {
                if (each.next() instanceof TaskFailedException retold && known.contains(Errors.cause(retold))) {
                    each.remove();
                }
            }
        }
    }

    /**
     * Whether an error may leave as itself and not in an {@code ExceptionGroup}: it is unchecked, of the declared
     * class, or an error of the host, even if a cancellation of the host suppressed it.
     */
    private boolean mayLeave(Throwable error) {
        if (Cancellations.isUnchecked(error) || childError.isInstance(error)) {
            return true;
        }
        for (Throwable own : errorsOfHost) {
            if (own == error) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes an error of the host or a child; in the loop. Whatever happens, the error is kept and the group is
     * cancelled.
     *
     * @return the failures in it that are reported beside others
     */
    private List<Throwable> failed(Throwable error) {
        try {
            boolean asked = scope.isEffective();
            Cancellations.Found found = Cancellations.in(error, scope);
            List<Throwable> failures = found.rest();
            if (asked) {
                pending = pending == null ? found.first() : pending;
            } else if (error instanceof CancelledError || failures.isEmpty()) {
                stray = stray == null ? error : stray;
                failures = List.of();
            }
            if (!asked || !failures.isEmpty()) {
                errors.addAll(failures);
                thrown.add(error);
                scope.cancelFor(error);
            }
            return failures;
        } catch (Throwable e) {
            // for example, no memory is left to examine it
            stray = error;
            scope.cancelBlindly();
            return List.of();
        }
    }

    // ---- a part of the group on another loop, which is a group there

    /**
     * What has failed in a group.
     *
     * @param thrown the errors that are or contain a failure, as they were thrown
     * @param errors the failures in them
     * @param stray a cancellation that no scope requested, or null
     */
    public record Failures(List<Throwable> thrown, List<Throwable> errors, @Nullable Throwable stray) {
        /** Nothing. */
        public static final Failures NONE = new Failures(List.of(), List.of(), null);
    }

    /**
     * What has failed in this group. In its loop, once it was left.
     *
     * @return the failures
     */
    public Failures failures() {
        return new Failures(List.copyOf(thrown), List.copyOf(errors), stray);
    }

    /**
     * Takes the failures of a part of this group, like those of children. In the loop.
     *
     * @param elsewhere what has failed there
     */
    public void failedElsewhere(Failures elsewhere) {
        errors.addAll(elsewhere.errors);
        thrown.addAll(elsewhere.thrown);
        Throwable theirs = elsewhere.stray;
        if (theirs != null && stray != null) {
            errors.addAll(Cancellations.in(theirs, scope).rest());
        } else if (theirs != null) {
            stray = theirs;
        }
        Throwable first = elsewhere.errors.isEmpty() ? theirs : elsewhere.errors.getFirst();
        if (first != null) {
            scope.cancelFor(first);
        }
    }

    // ---- children

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public OptionalLong hostId() {
        Task<?> active = host;
        return active == null ? OptionalLong.empty() : OptionalLong.of(active.id());
    }

    @Override
    public void childEnded(Task<?> child, @Nullable Throwable error) {
        try {
            if (error != null) {
                failed(error);
            }
        } finally {
            if (children.decrementAndGet() == 0) {
                run();
            }
        }
    }

    /** The group is the job, so that no memory is needed for one: who spawned the child had none. */
    @Override
    public void childRefused(Task<?> child) {
        if (children.decrementAndGet() == 0) {
            child.loop.post(this);
        }
    }

    @Override
    public boolean isDecided() {
        return true;
    }

    /** The last child has ended, or was taken back; others may have come since. In the loop. */
    @Override
    public void run() {
        Waiter waiter = hostWaiter;
        if (waiter != null) {
            waiter.grant();
        }
        if (abandoned && children.compareAndSet(0, ENDED)) {
            scope.leaveUnowned();
        }
    }

    @Override
    public TaskHandle<@Nullable Void> spawn(Block<?> block) {
        Objects.requireNonNull(block, NO_BLOCK);
        return spawnChild(Bodies.nameOf(block), Bodies.of(block));
    }

    @Override
    public TaskHandle<@Nullable Void> spawn(String name, Block<?> block) {
        return spawnChild(name, Bodies.of(Objects.requireNonNull(block, NO_BLOCK)));
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(Body<T, ?> body) {
        return spawnChild(Bodies.nameOf(Objects.requireNonNull(body, NO_BODY)), body);
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body) {
        return spawnChild(name, Objects.requireNonNull(body, NO_BODY));
    }

    private <T extends @Nullable Object> Task<T> spawnChild(String name, Body<T, ?> body) {
        Objects.requireNonNull(name, "TaskGroup.spawn: the name is null");
        Task<T> child = activeHost().another(this, name, body);
        admit();
        child.launch();
        return child;
    }

    /** The task that runs the group. From any thread. */
    Task<?> activeHost() {
        Task<?> active = host;
        if (active == null) {
            throw new IllegalStateException(
                    "This task group is not active: it has not been entered, spawn inside its run block");
        }
        return active;
    }

    /** {@inheritDoc} A host that leaves at the same time cannot miss it. */
    @Override
    public void admit() {
        int count;
        do {
            count = children.get();
            if (count < 0) {
                throw new IllegalStateException("This task group is not active: it has ended");
            }
        } while (!children.compareAndSet(count, count + 1));
    }

    @Override
    public <S extends @Nullable Object, X extends Exception> S start(String name, BlockWith<Started<S>, X> block)
            throws X {
        Objects.requireNonNull(name, "TaskGroup.start: the name is null");
        Objects.requireNonNull(block, "TaskGroup.start: the block is null");
        Task<?> caller = Task.current("TaskGroup.start");
        caller.checkpoint();
        Task<?> active = activeHost();
        if (caller.loop != active.loop) {
            throw new IllegalStateException(
                    "TaskGroup.start was called on the loop " + caller.loop.name + ", but the group runs on "
                            + active.loop.name + ": call it from a task of the group's loop");
        }
        return new StartingChild<S>(this, caller).<X>run(name, block);
    }

    @Override
    public CancelScope cancelScope() {
        return scope;
    }

    @Override
    public void cancel() {
        scope.cancel();
    }
}
