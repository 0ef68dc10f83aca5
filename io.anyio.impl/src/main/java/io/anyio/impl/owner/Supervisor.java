package io.anyio.impl.owner;

import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Body;
import io.anyio.impl.loop.Job;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import io.anyio.impl.team.LoopTeam;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The root of the tasks of one owner: a child that fails is logged under the holder's name, and the other children
 * continue.
 */
final class Supervisor implements Task.Host, Job {
    private final Run run;
    private final Set<Task<?>> children = ConcurrentHashMap.newKeySet();
    private @Nullable Scope scope;
    private volatile @Nullable CountDownLatch whenEmpty;
    private volatile @Nullable String stopReason;
    private volatile boolean cancelled;

    Supervisor(Run run) {
        this.run = run;
    }

    <T extends @Nullable Object> Task<T> spawn(String name, Body<T, ?> body) {
        Task<T> child = prepare(name, run.carriers.around(body));
        child.launch();
        return child;
    }

    /** Makes a child for code that has its carried values, which the caller launches. */
    <T extends @Nullable Object> Task<T> prepare(String name, Body<T, ?> body) {
        run.loop.breakage.checkIntact("A task cannot be started");
        Task<T> child = ContextTask.prepareCarried(run, this, name, body);
        boolean added = false;
        try {
            children.add(child);
            added = true;
            return child;
        } finally {
            if (!added) {
                childRefused(child);
            }
        }
    }

    /** {@inheritDoc} The supervisor itself is the job, because the spawner has had no memory for one. */
    @Override
    public void childRefused(Task<?> child) {
        children.remove(child);
        try {
            run.loop.post(this);
        } finally {
            tellIfEmpty();
        }
    }

    @Override
    public boolean isDecided() {
        return true;
    }

    /** Leaves the scope if there is no child left. In the loop. */
    @Override
    public void run() {
        Scope left = scope;
        if (left != null && children.isEmpty()) {
            scope = null;
            left.leaveUnowned();
        }
    }

    /**
     * The scope of the children. It is made when a first child starts, and left when the last one has ended, because
     * many owners may come and go while the loop runs. In the loop.
     */
    @Override
    public Scope scope() {
        Scope made = scope;
        if (made == null) {
            made = Scope.within(run.root);
            scope = made;
            String reason = stopReason;
            if (reason != null) {
                made.requestFinish(reason);
                if (cancelled) {
                    made.cancel(reason);
                }
            }
        }
        return made;
    }

    /** The scope, if there are children. In the loop; a read from outside may be a little late. */
    @Nullable
    Scope scopeOrNull() {
        return scope;
    }

    /** Whether a task is a child, or a descendant of one. In that task, or while it waits for the caller. */
    boolean isAbove(Task<?> task) {
        Scope active = scope;
        return active != null && LoopTeam.of(run).isWithin(task.scope(), active);
    }

    @Override
    public OptionalLong hostId() {
        return OptionalLong.empty();
    }

    @Override
    public void childEnded(Task<?> child, @Nullable Throwable error) {
        // a cancellation that no scope requested is a failure, since it would end the task silently; errors of tasks
        // that are being stopped are not
        try {
            if (error != null && stopReason == null && !scope().isEffective()) {
                new Report(run.loop.holder.name()).log(System.Logger.Level.ERROR, error, "The task '", child.name(),
                        "' of ", run.loop.holder.name(), " failed");
            }
        } finally {
            childLeft(child);
        }
    }

    private void childLeft(Task<?> child) {
        children.remove(child);
        run();
        tellIfEmpty();
    }

    private void tellIfEmpty() {
        CountDownLatch awaited = whenEmpty;
        if (awaited != null && children.isEmpty()) {
            awaited.countDown();
        }
    }

    /** Whether no task runs. From any thread. */
    boolean isEmpty() {
        return children.isEmpty();
    }

    /** From now on, errors of the children are not failures. From any thread. */
    void beginStop(String reason) {
        stopReason = reason;
    }

    /** A part of the stop; if memory is short, handing it in is tried again. */
    private record StopJob(Runnable work) implements Job {
        @Override
        public void run() {
            work.run();
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }

    /** Requests all children to finish. From any thread. */
    void requestFinish(String reason) {
        run.loop.runInLoop(new StopJob(() -> {
            Scope active = scope;
            if (active != null) {
                active.requestFinish(reason);
            }
        }));
    }

    /** Cancels all children. From now on, their errors are not failures. From any thread. */
    void cancel(String reason) {
        // made first: after this, nothing fails for lack of memory
        Job cancellation = new StopJob(() -> {
            Scope active = scope;
            if (active != null) {
                active.cancel(reason);
            }
        });
        beginStop(reason);
        // Notes that each new scope is cancelled at once.
        cancelled = true;
        run.loop.runInLoop(cancellation);
    }

    /** Waits until there is no child, or the loop has ended, as it does if it broke. On an ordinary thread. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Runnable tell = end::countDown;
        whenEmpty = end;
        run.loop.end.observe(tell);
        try {
            return children.isEmpty() || end.await(nanos, TimeUnit.NANOSECONDS);
        } finally {
            whenEmpty = null;
            run.loop.end.forget(tell);
        }
    }
}
