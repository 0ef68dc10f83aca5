package io.anyio.impl.portal;

import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.group.WatchedChild;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import org.jspecify.annotations.Nullable;

/**
 * The task group of a portal: each call from another thread is a child of it, and its host is the task that opened the
 * portal.
 *
 * <p>It is NEW, then OPEN while the host runs its block, then STOPPED, and never returns to an earlier state. It may be
 * stopped before it is opened. A call that finds the portal open may still be refused by the group.
 * {@code PortalStressTest} lets calls and stops meet.
 */
final class PortalGroup {
    private enum State {
        NEW, OPEN, STOPPED
    }

    private static final String STOPPED = "the portal was stopped";

    final Run run;
    private final WaitQueue<Waiter> stopWaiters = new WaitQueue<>();

    /** Changed under the lock of {@code stopWaiters}, read from any thread. */
    private volatile State state = State.NEW;

    private volatile @Nullable TaskGroup<RuntimeException> group;

    /** Whether to cancel the tasks, for a stop that comes before the group exists. */
    private volatile boolean cancelDue;

    PortalGroup(Run run) {
        this.run = run;
    }

    // ---- opening and stopping

    /** Opens the portal around a block, in the host's task; at its end waits for the portal's tasks. */
    <X extends Exception> void host(ContextTask<?> host, Block<X> block) throws X {
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
                stop(false);
            }
        });
    }

    boolean isNew() {
        return state == State.NEW;
    }

    void stop(boolean cancelRemaining) {
        // enough also for the cancellation, because a second stop would not make up for it
        StackReserve.forScope();
        stopWaiters.lock();
        state = State.STOPPED;
        stopWaiters.unlockAndWake(stopWaiters.grantAll());
        if (cancelRemaining) {
            cancelDue = true;
            TaskGroup<RuntimeException> open = group;
            if (open != null) {
                open.cancelScope().cancel(STOPPED);
            }
        }
    }

    void sleepUntilStopped() {
        Task<?> task = Task.current("BlockingPortal.sleepUntilStopped");
        task.checkpoint();
        Waiter waiter = new Waiter(task, "stop of the portal");
        stopWaiters.lockToWait();
        boolean late = state == State.STOPPED;
        if (!late) {
            stopWaiters.add(waiter);
        }
        stopWaiters.unlock();
        if (!late) {
            waiter.await();
        }
    }

    // ---- tasks

    /** Whether the caller is a task of the portal's own loop, or of one that was opened beside it. */
    boolean isCalledFromWithin() {
        Task<?> current = Task.currentOrNull();
        return current != null && run.team.has(current.loop);
    }

    /** Throws if the caller is a task of the portal. */
    void refuseOwnTasks(String what, String consequence) {
        if (isCalledFromWithin()) {
            throw refused(what, consequence);
        }
    }

    private static IllegalStateException refused(String what, String consequence) {
        return new IllegalStateException(what + " was called by the task '" + Task.current(what).name()
                + "' of the portal's own loop, which " + consequence);
    }

    /**
     * Called first by each use from outside. A checkpoint. It checks in this order: misused, cancelled, closed.
     */
    void check(String what) {
        // enough for the start, the wait, and a cancellation if the wait fails
        StackReserve.forScope();
        Task<?> current = Task.currentOrNull();
        if (current != null) {
            if (current.loop == run.loop) {
                throw refused(what, "it would block: call the code directly, or spawn it into a task group");
            }
            current.checkpoint();
        }
        run.loop.breakage.checkIntact(what);
        State now = state;
        if (now != State.OPEN) {
            throw new IllegalStateException(what + ": the portal is not running, "
                    + (now == State.NEW ? "it has not been opened: use it inside its run block" : "it was stopped"));
        }
    }

    /** Starts a task, after {@link #check}. */
    <T extends @Nullable Object> PortalCall<T> begin(String what, String name, Body<T, ?> body) {
        if (name == null) {
            throw new NullPointerException(what + ": the name is null");
        }
        TaskGroup<RuntimeException> open = group;
        if (open == null) {
            throw new IllegalStateException(what + ": the portal is not running");
        }
        PortalCall<T> call = new PortalCall<>();
        Task<T> task;
        try {
            task = WatchedChild.spawn(open, name, new Checked<>(body), call);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(what + ": the portal is not running, it was stopped", e);
        }
        call.started(task);
        return call;
    }

    /** No lambda, and none below: see {@code LazyLinksTest}. */
    private record Checked<T extends @Nullable Object>(Body<T, ?> body) implements Body<T, Exception> {
        @Override
        public T call() throws Exception {
            Task.current("BlockingPortal").checkCancelled();
            return body.call();
        }
    }

    /**
     * Waits for the end of a task and takes its outcome; {@code before} is called if the caller is already cancelled.
     */
    <T extends @Nullable Object, X extends Exception> T await(PortalCall<T> call, String what,
            @Nullable CancelledError before) throws X {
        CancelledError now = Awaiting.until(call.end, run.loop, what, call);
        CancelledError cancelled = before == null ? now : before;
        Task<T> task = call.task();
        Throwable error = task.error();
        if (error == null) {
            return task.result();
        }
        if (!task.wasCancelled()) {
            throw Sneaky.<X>asThrown(error);
        }
        run.loop.breakage.checkIntact(what);
        if (cancelled != null) {
            throw cancelled;
        }
        throw Awaiting.cancellation(what, error);
    }

    @Override
    public String toString() {
        return run.loop.name + ", " + state;
    }
}
