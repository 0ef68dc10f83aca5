package io.anyio.impl.owner;

import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.impl.task.ChildHost;
import io.anyio.impl.task.Run;
import io.anyio.impl.task.Scope;
import io.anyio.impl.task.Task;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The root of the tasks of one owner: a child that fails is logged under the holder's name and counted and takes nothing along. */
final class Supervisor implements ChildHost {
    private final Run run;
    private final Set<Task<?>> children = ConcurrentHashMap.newKeySet();
    private final AtomicLong failures = new AtomicLong();
    private @Nullable Scope scope;
    private volatile @Nullable Runnable whenEmpty;
    private volatile @Nullable String stopReason;

    Supervisor(Run run) {
        this.run = run;
    }

    <T extends @Nullable Object> Task<T> spawn(String name, Body<T, ?> body) {
        run.loop.checkIntact("A task cannot be started");
        Task<T> child = Task.prepare(run, this, name, body);
        children.add(child);
        child.launch();
        return child;
    }

    /** In the loop; made when a first child starts, and left when the last one has ended: an owner may come and go many times while the loop runs. */
    @Override
    public Scope scope() {
        Scope made = scope;
        if (made == null) {
            made = Scope.within(run.root);
            scope = made;
            String reason = stopReason;
            if (reason != null) {
                made.cancel(reason);
            }
        }
        return made;
    }

    @Override
    public OptionalLong hostId() {
        return OptionalLong.empty();
    }

    @Override
    public void childEnded(Task<?> child, @Nullable Throwable error) {
        // a cancellation that nobody asked for is a failure like any other: it would end the task in silence
        boolean cancelled = error instanceof CancelledError && scope().isCancelled();
        if (error != null && !cancelled && stopReason == null) {
            failures.incrementAndGet();
            new Report(run.loop.holder.name()).log(System.Logger.Level.ERROR, error, "The task '", child.name(), "' of ",
                    run.loop.holder.name(), " failed");
        }
        children.remove(child);
        Scope left = scope;
        if (left != null && children.isEmpty()) {
            scope = null;
            left.leaveUnowned();
        }
        Runnable observer = whenEmpty;
        if (observer != null && children.isEmpty()) {
            observer.run();
        }
    }

    /** The tasks that have not ended. From any thread. */
    Set<Task<?>> children() {
        return Set.copyOf(children);
    }

    /** How many children have failed. */
    long failures() {
        return failures.get();
    }

    /** Cancels all children; their errors are no failures any more. From any thread. */
    void cancel(String reason) {
        // A scope that is made from now on is cancelled when it is made.
        stopReason = reason;
        run.loop.runInLoop(() -> {
            Scope active = scope;
            if (active != null) {
                active.cancel(reason);
            }
        });
    }

    /** Calls back, on some thread, once there is no child; at once if there is none now. */
    void whenEmpty(Runnable observer) {
        whenEmpty = observer;
        if (children.isEmpty()) {
            observer.run();
        }
    }
}
