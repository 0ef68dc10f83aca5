package io.anyio.impl.thread;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopClosedException;
import io.anyio.impl.loop.Job;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.task.Task;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A task that a thread outside of the loop has started and waits for. Only that thread gets its error. */
final class CallFromThread implements Task.Host {
    private final Scope scope;
    private final OptionalLong hostId;
    private final String what;
    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    private boolean refused;
    private @Nullable Throwable leaving;

    CallFromThread(Scope scope, OptionalLong hostId, String what) {
        this.scope = scope;
        this.hostId = hostId;
        this.what = what;
    }

    /** Runs a body as a task of a run, named after some code, and waits for its end. */
    <T extends @Nullable Object, X extends Exception> T call(Run run, Body<T, X> body, Object code) throws X {
        Task<?> current = Task.currentOrNull();
        if (current != null && current.loop == run.loop) {
            throw new IllegalStateException(what + " was called by the task '" + current.name() + "' of the same loop "
                    + run.loop.name + ", which would wait for itself: call the code directly");
        }
        if (current != null) {
            current.checkpoint();
        }
        // enough also for the wait, and for a cancellation if the wait fails
        StackReserve.forScope();
        Task<T> task = ContextTask.prepare(run, this, Bodies.nameOf(code), body);
        if (!run.loop.enter()) {
            throw finished(run);
        }
        boolean posted = false;
        try {
            run.loop.post(new Begin(this, task));
            posted = true;
        } finally {
            if (!posted) {
                run.loop.leave();
            }
        }
        CancelledError cancelled = Awaiting.until(end, run.loop, what, new Cancel(task));
        if (refused) {
            throw finished(run);
        }
        Throwable error = task.error();
        if (error == null) {
            return task.result();
        }
        if (task.wasCancelled()) {
            run.loop.breakage.checkIntact(what);
            if (cancelled != null) {
                throw cancelled;
            }
            if (leaving == null) {
                throw Awaiting.cancellation(what, error);
            }
        }
        throw Sneaky.<X>asThrown(error);
    }

    /** Posted to the loop. Not a lambda, see {@code LazyLinksTest}. */
    private record Begin(CallFromThread call, Task<?> task) implements Job {
        @Override
        public void run() {
            call.begin(task);
        }
    }

    private record Cancel(Task<?> task) implements Runnable {
        @Override
        public void run() {
            task.cancel("its caller was cancelled or interrupted");
        }
    }

    private LoopClosedException finished(Run run) {
        run.loop.breakage.checkIntact(what);
        return new LoopClosedException(
                what + ": the run of the loop " + run.loop.name
                        + " has finished, so nothing can be called in it any more");
    }

    private void begin(Task<?> task) {
        try {
            if (scope.isOpen()) {
                task.start();
            } else {
                refused = true;
                end.complete(null);
            }
        } finally {
            task.loop.leave();
        }
    }

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public OptionalLong hostId() {
        return hostId;
    }

    @Override
    public void childEnded(Task<?> child, @Nullable Throwable error) {
        leaving = error;
        end.complete(null);
    }
}
