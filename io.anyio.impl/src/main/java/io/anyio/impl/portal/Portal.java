package io.anyio.impl.portal;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.Started;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Inside;
import io.anyio.api.thread.StartedTask;
import io.anyio.api.thread.WrappedContext;
import io.anyio.impl.group.WatchedChild;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A portal into a task group of its loop. Its tasks are the group's children; the group's host is the task that opened
 * the portal.
 */
abstract class Portal implements BlockingPortal {
    private enum State {
        NEW, OPEN, STOPPED
    }

    private static final String STOPPED = "the portal was stopped";

    private final WaitQueue<Waiter> stopWaiters = new WaitQueue<>();

    /** Under the lock of {@code stopWaiters}, and read by anybody. */
    private volatile State state = State.NEW;

    private volatile @Nullable TaskGroup<RuntimeException> group;

    /** Cancel the tasks; for a stop that comes before the group. */
    private volatile boolean cancelDue;

    abstract Run run();

    // ---- opening and stopping

    /** Opens the portal around a block, in the host's task; at its end waits for the portal's tasks. */
    final <X extends Exception> void host(ContextTask<?> host, Block<X> block) throws X {
        TaskGroup<RuntimeException> hosted = host.createTaskGroup(RuntimeException.class, GroupOptions.DEFAULT);
        hosted.<X>run(active -> {
            group = active;
            stopWaiters.lock();
            if (state == State.NEW) {
                state = State.OPEN;
            }
            stopWaiters.unlock();
            if (cancelDue) {
                active.cancelScope().cancel(STOPPED);
            }
            try {
                block.run();
            } finally {
                stop();
            }
        });
    }

    final boolean isNew() {
        return state == State.NEW;
    }

    @Override
    public final void stop() {
        stop(false);
    }

    @Override
    public final void stop(boolean cancelRemaining) {
        stopWaiters.lock();
        state = State.STOPPED;
        Waiter waiting = stopWaiters.grantAll();
        stopWaiters.unlock();
        WaitQueue.wakeAll(waiting);
        if (cancelRemaining) {
            cancelDue = true;
            TaskGroup<RuntimeException> open = group;
            if (open != null) {
                open.cancelScope().cancel(STOPPED);
            }
        }
    }

    @Override
    public final void sleepUntilStopped() {
        Task<?> task = Task.current("BlockingPortal.sleepUntilStopped");
        task.checkpoint();
        stopWaiters.lock();
        Waiter waiter = null;
        if (state != State.STOPPED) {
            waiter = new Waiter(task, "stop of the portal");
            stopWaiters.add(waiter);
        }
        stopWaiters.unlock();
        if (waiter != null) {
            waiter.await();
        }
    }

    // ---- tasks

    /** In the order of their precedence: misused, cancelled, closed. */
    private void refuse(String what) {
        Task<?> current = Task.currentOrNull();
        if (current != null && isOpenedIn(current)) {
            throw new IllegalStateException(
                    what + " was called by the task '" + current.name()
                            + "' of the portal's own loop, which it would block: "
                            + "call the code directly, or spawn it into a task group");
        }
        if (current != null) {
            current.checkpoint();
        }
        run().loop.checkIntact(what);
        State now = state;
        if (now != State.OPEN) {
            throw new IllegalStateException(what + ": the portal is not running, "
                    + (now == State.NEW ? "it has not been opened: use it inside its run block" : "it was stopped"));
        }
    }

    private boolean isOpenedIn(Task<?> current) {
        return current.loop == run().loop;
    }

    /** Starts a task; from outside of the loop. */
    final <T extends @Nullable Object> PortalCall<T> begin(String what, String name, Body<T, ?> body) {
        Objects.requireNonNull(name, () -> what + ": the name is null");
        TaskGroup<RuntimeException> open = group;
        if (open == null) {
            throw new IllegalStateException(what + ": the portal is not running");
        }
        PortalCall<T> call = new PortalCall<>();
        Task<T> task;
        try {
            task = WatchedChild.spawn(open, name, () -> perform(body), call);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(what + ": the portal is not running, it was stopped", e);
        }
        call.started(task);
        return call;
    }

    private <T extends @Nullable Object> T perform(Body<T, ?> body) throws Exception {
        Task.current("BlockingPortal").checkCancelled();
        return body.call();
    }

    @Override
    public final <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "BlockingPortal.call: the body is null");
        return this.<T, X>call(Bodies.nameOf(body), body);
    }

    @Override
    public final <X extends Exception> void call(Block<X> block) throws X {
        Objects.requireNonNull(block, "BlockingPortal.call: the block is null");
        this.<@Nullable Void, X>call(Bodies.nameOf(block), Bodies.of(block));
    }

    private <T extends @Nullable Object, X extends Exception> T call(String name, Body<T, ?> body) throws X {
        String what = "BlockingPortal.call";
        refuse(what);
        PortalCall<T> call = begin(what, name, body);
        return this.<T, X>await(call, what, null);
    }

    /**
     * Waits for the end of a task and takes its outcome; {@code before} is how a caller goes on that was cancelled
     * already.
     */
    final <T extends @Nullable Object, X extends Exception> T await(PortalCall<T> call, String what,
            @Nullable CancelledError before) throws X {
        CancelledError now = Awaiting.until(call.end, run().loop, what, call::cancel);
        CancelledError cancelled = before == null ? now : before;
        Task<T> task = call.task();
        Throwable error = task.error();
        if (error == null) {
            return task.result();
        }
        if (!task.wasCancelled()) {
            throw Sneaky.<X>asThrown(error);
        }
        run().loop.checkIntact(what);
        if (cancelled != null) {
            throw cancelled;
        }
        throw Awaiting.cancellation(what, error);
    }

    @Override
    public final <T extends @Nullable Object> CompletableFuture<T> spawn(Body<T, ?> body) {
        return spawn(Bodies.nameOf(Objects.requireNonNull(body, "BlockingPortal.spawn: the body is null")), body);
    }

    @Override
    public final <T extends @Nullable Object> CompletableFuture<T> spawn(String name, Body<T, ?> body) {
        Objects.requireNonNull(body, "BlockingPortal.spawn: the body is null");
        refuse("BlockingPortal.spawn");
        return begin("BlockingPortal.spawn", name, body).future;
    }

    @Override
    public final CompletableFuture<@Nullable Void> spawn(Block<?> block) {
        return spawn(Bodies.nameOf(Objects.requireNonNull(block, "BlockingPortal.spawn: the block is null")),
                Bodies.of(block));
    }

    @Override
    public final CompletableFuture<@Nullable Void> spawn(String name, Block<?> block) {
        return spawn(name, Bodies.of(Objects.requireNonNull(block, "BlockingPortal.spawn: the block is null")));
    }

    @Override
    public final <S extends @Nullable Object, X extends Exception> StartedTask<S> start(String name,
            BlockWith<Started<S>, X> block) throws X {
        Objects.requireNonNull(block, "BlockingPortal.start: the block is null");
        refuse("BlockingPortal.start");
        return new PortalStart<S>(this).<X>run(name, block);
    }

    @Override @SuppressWarnings("try") // whatever close throws is the caller's
    public final <R extends AutoCloseable, M extends Exception> WrappedContext<R, M> wrap(Body<R, M> open) {
        Objects.requireNonNull(open, "BlockingPortal.wrap: the body is null");
        return new PortalContext<R, M>(this, inside -> {
            try (R resource = open.call()) {
                inside.use(resource);
            } catch (Exception e) {
                throw Sneaky.<M>asThrown(e);
            }
        });
    }

    @Override
    public final <T extends @Nullable Object, M extends Exception> WrappedContext<T, M> wrap(
            BlockWith<Inside<T>, M> manager) {
        return new PortalContext<>(this, Objects.requireNonNull(manager, "BlockingPortal.wrap: the manager is null"));
    }

    /** Refuses a use from the portal's own loop, or while it is not running. */
    final void check(String what) {
        refuse(what);
    }

    @Override
    public String toString() {
        return "BlockingPortal[" + run().loop.name + ", " + state + "]";
    }
}
