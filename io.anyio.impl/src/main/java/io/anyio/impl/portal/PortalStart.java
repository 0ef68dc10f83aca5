package io.anyio.impl.portal;

import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Started;
import io.anyio.api.thread.StartedTask;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A task of a portal that has not reported yet that it is ready.
 *
 * @param <S> the type of the value that it reports
 */
final class PortalStart<S extends @Nullable Object> implements Started<S> {
    private static final String WHAT = "BlockingPortal.start";

    private final PortalGroup portal;
    private final CompletableFuture<S> ready = new CompletableFuture<>();
    private volatile @Nullable Task<?> own;

    PortalStart(PortalGroup portal) {
        this.portal = portal;
    }

    <X extends Exception> StartedTask<S> run(String name, BlockWith<Started<S>, X> block) throws X {
        PortalCall<@Nullable Void> call = portal.begin(WHAT, name, new Child(block));
        CancelledError cancelled = Awaiting.until(CompletableFuture.anyOf(ready, call.end), portal.run.loop, WHAT,
                call);
        if (!ready.isDone() || cancelled != null) {
            // it has ended, or was cancelled
            portal.<@Nullable Void, X>await(call, WHAT, cancelled);
            if (cancelled != null) {
                throw cancelled;
            }
        }
        if (!ready.isDone()) {
            throw new IllegalStateException(
                    "The task '" + name + "' ended without calling Started.set: call it once the task is ready");
        }
        return new StartedTask<>(call.future, ready.resultNow());
    }

    /** What runs in the task. */
    private final class Child implements Body<@Nullable Void, Exception> {
        private final BlockWith<Started<S>, ?> block;

        Child(BlockWith<Started<S>, ?> block) {
            this.block = block;
        }

        @Override
        public @Nullable Void call() throws Exception {
            own = Task.current("Started.set");
            block.run(PortalStart.this);
            return null;
        }
    }

    @Override
    public void set(S value) {
        Task<?> current = Task.current("Started.set");
        if (current != own) {
            throw new IllegalStateException(
                    "Started.set belongs to the task that was started, but was called by '" + current.name() + "'");
        }
        // a future does not report what its dependents throw, and the caller would not be woken
        StackReserve.forOperation();
        if (!ready.complete(value)) {
            throw new IllegalStateException("Started.set was called before by this task: once is enough");
        }
    }
}
