package io.anyio.impl.task;

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
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.park.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A task group. {@code children} counts those that have not ended, or says that the group is not active; it alone is touched by threads outside of the loop.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
final class Group<E extends Exception> implements TaskGroup<E>, ChildHost {
    private static final int NEW = -1;
    private static final int ENDED = -2;

    private final Class<E> childError;
    private final GroupOptions options;
    private final Scope scope = new Scope(ScopeOptions.DEFAULT);
    private final AtomicInteger children = new AtomicInteger(NEW);
    private final List<Throwable> errors = new ArrayList<>(0);
    private @Nullable Task<?> host;
    private @Nullable Throwable hostError;
    private @Nullable CancelledError cancelled;
    private @Nullable Waiter hostWaiter;
    private boolean abandoned;
    private volatile @Nullable Run run;

    Group(Class<E> childError, GroupOptions options) {
        this.childError = childError;
        this.options = options;
    }

    // ---- running

    @Override
    public <X extends Exception> void run(BlockWith<TaskGroup<E>, X> block) throws E, X {
        this.<@Nullable Void, X>runGroup(group -> {
            block.run(group);
            return null;
        });
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(BodyWith<TaskGroup<E>, T, X> body) throws E, X {
        T value = runGroup(body);
        CancelledError swallowed = scope.caught();
        if (value == null && hostError != null && swallowed != null) {
            // AnyIO differs: its block would end silently, but a value was asked for and there is none
            throw new TaskCancelledException("The task group was cancelled before its body gave a value: " + swallowed.reason(), swallowed);
        }
        return value;
    }

    @SuppressWarnings("NullAway") // null only if the body failed
    private <T extends @Nullable Object, X extends Exception> T runGroup(BodyWith<TaskGroup<E>, T, X> body) throws E, X {
        Task<?> current = Task.current("TaskGroup.run");
        if (children.get() != NEW) {
            throw new IllegalStateException("The task group was entered before: a group is run once, make a new one");
        }
        scope.enter(current);
        host = current;
        children.set(0);
        run = current.run;
        T value = null;
        try {
            value = body.call(this);
        } catch (Throwable e) {
            hostError = e;
            failed(e);
        }
        try {
            awaitChildren(current);
        } catch (IllegalStateException pinned) {
            throw abandon(pinned);
        }
        Throwable leaving = scope.exit(outcome());
        if (leaving != null) {
            throw Sneaky.<X>asThrown(mayLeave(leaving) ? leaving : new ExceptionGroup(List.of(leaving)));
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
            if (children.get() == 0) {
                waiter.grant();
            }
            waiter.await();
            hostWaiter = null;
        } while (!children.compareAndSet(0, ENDED));
        if (cancelled == null && scope.isEffective()) {
            cancelled = scope.error();
        }
    }

    /** The host cannot wait where it is. What it leaves behind is cancelled and stays in the tree of scopes, under the scope of the host's own surroundings. */
    private IllegalStateException abandon(IllegalStateException pinned) {
        scope.cancel("its host cannot wait for its children");
        errors.forEach(pinned::addSuppressed);
        scope.orphan();
        abandoned = true;
        return pinned;
    }

    /** What leaves the group, before its scope takes its own cancellation out. */
    private @Nullable Throwable outcome() {
        CancelledError cancellation = cancelled;
        if (errors.isEmpty()) {
            return cancellation;
        }
        if (cancellation != null) {
            Cancellations.collectSuppressed(cancellation, errors);
        }
        Throwable only = errors.getFirst();
        return errors.size() == 1 && mayLeave(only) && !options.strict() ? only : new ExceptionGroup(errors);
    }

    /** Whether nobody is surprised by an error as itself: it is unchecked, of the declared class, or the host's own, also if a cancellation of the host suppressed it. */
    private boolean mayLeave(Throwable error) {
        if (error == hostError || Cancellations.isUnchecked(error) || childError.isInstance(error)) {
            return true;
        }
        List<Throwable> ofHost = new ArrayList<>(0);
        if (hostError instanceof CancelledError ended) {
            Cancellations.collectSuppressed(ended, ofHost);
        }
        return ofHost.contains(error);
    }

    /** Takes an error of the host or a child; in the loop. */
    private void failed(Throwable error) {
        if (error instanceof CancelledError another) {
            if (cancelled == null) {
                cancelled = another;
            } else if (cancelled != another) {
                List<Throwable> failures = new ArrayList<>(0);
                Cancellations.collectSuppressed(another, failures);
                failures.forEach(cancelled::addSuppressed);
            }
            return;
        }
        errors.add(error);
        if (!scope.cancelCalled()) {
            scope.cancel("a task of the group failed with " + Messages.shortly(error));
        }
    }

    // ---- children

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public OptionalLong hostId() {
        return host == null ? OptionalLong.empty() : OptionalLong.of(host.id());
    }

    @Override
    public void childEnded(Task<?> child, @Nullable Throwable error) {
        if (error != null) {
            failed(error);
        }
        if (children.decrementAndGet() == 0) {
            Waiter waiter = hostWaiter;
            if (waiter != null) {
                waiter.grant();
            }
            if (abandoned && children.compareAndSet(0, ENDED)) {
                scope.leaveUnowned();
            }
        }
    }

    @Override
    public TaskHandle<@Nullable Void> spawn(Block<?> block) {
        return spawnChild(Bodies.nameOf(block), Bodies.of(block));
    }

    @Override
    public TaskHandle<@Nullable Void> spawn(String name, Block<?> block) {
        return spawnChild(name, Bodies.of(block));
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(Body<T, ?> body) {
        return spawnChild(Bodies.nameOf(body), body);
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body) {
        return spawnChild(name, body);
    }

    private <T extends @Nullable Object> Task<T> spawnChild(String name, Body<T, ?> body) {
        Task<T> child = Task.prepare(activeRun(), this, name, body);
        admit();
        child.launch();
        return child;
    }

    Run activeRun() {
        Run active = run;
        if (active == null) {
            throw new IllegalStateException("This task group is not active: it has not been entered, spawn inside its run block");
        }
        return active;
    }

    /** Counts one more child, from any thread; it cannot be missed by a host that leaves at the same time. */
    void admit() {
        int count;
        do {
            count = children.get();
            if (count < 0) {
                throw new IllegalStateException("This task group is not active: it has ended");
            }
        } while (!children.compareAndSet(count, count + 1));
    }

    @Override
    public <S extends @Nullable Object, X extends Exception> S start(String name, BlockWith<Started<S>, X> block) throws X {
        Task<?> caller = Task.current("TaskGroup.start");
        caller.checkpoint();
        Run active = activeRun();
        if (caller.run != active) {
            throw new IllegalStateException(
                    "TaskGroup.start was called on the loop " + caller.run.loop.name + ", but the group runs on " + active.loop.name
                            + ": call it from a task of the group's loop");
        }
        return new Start<S>(this, caller).<X>run(name, block);
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
