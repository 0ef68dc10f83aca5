package io.anyio.impl.portal;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.CancelledError;
import io.anyio.api.thread.Inside;
import io.anyio.api.thread.WrappedContext;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A context manager of a portal's loop, for other threads.
 *
 * @param <T> the type of the value that a block gets
 * @param <M> the manager's checked exception
 */
final class PortalContext<T extends @Nullable Object, M extends Exception> implements WrappedContext<T, M> {
    private static final String WHAT = "WrappedContext.run";

    private final PortalGroup portal;
    private final BlockWith<Inside<T>, M> manager;

    PortalContext(PortalGroup portal, BlockWith<Inside<T>, M> manager) {
        this.portal = portal;
        this.manager = manager;
    }

    @Override
    public <X extends Exception> void run(BlockWith<T, X> block) throws M, X {
        Objects.requireNonNull(block, WHAT + ": the block is null");
        this.<@Nullable Void, X>call(Bodies.with(block), null);
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R call(BodyWith<T, R, X> body, R otherwise) throws M, X {
        Objects.requireNonNull(body, WHAT + ": the body is null");
        portal.check(WHAT);
        Use use = new Use();
        PortalCall<@Nullable Void> call = portal.begin(WHAT, Bodies.nameOf(manager), Bodies.of(() -> use.manage()));
        CancelledError cancelled = Awaiting.until(CompletableFuture.anyOf(use.entered, call.end), portal.run.loop,
                WHAT, call);
        if (!use.entered.isDone() || cancelled != null) {
            use.left.complete(null);
            portal.<@Nullable Void, M>await(call, WHAT, cancelled);
            if (cancelled != null) {
                throw cancelled;
            }
            throw new IllegalStateException(
                    "The context manager ended without calling Inside.use: call it once, where the block is to run");
        }
        R value = otherwise;
        Throwable thrown = null;
        try {
            value = body.call(use.entered.resultNow());
        } catch (Throwable e) {
            thrown = e;
        }
        use.left.complete(thrown);
        leave(call, thrown);
        return value;
    }

    /** Waits for the manager's end and throws its error. */
    private void leave(PortalCall<@Nullable Void> call, @Nullable Throwable thrown) throws M {
        Throwable error = null;
        try {
            portal.<@Nullable Void, M>await(call, WHAT, null);
        } catch (Throwable e) {
            error = e;
        }
        if (error != null && thrown != null && error != thrown) {
            if (call.task().wasCancelled()) {
                thrown.addSuppressed(error);
                error = thrown;
            } else {
                error.addSuppressed(thrown);
            }
        }
        if (error != null) {
            throw Sneaky.<M>asThrown(error);
        }
    }

    /** One use of the manager. */
    private final class Use implements Inside<T> {
        final CompletableFuture<T> entered = new CompletableFuture<>();

        /** Done when the block has ended, with what it has thrown. */
        final CompletableFuture<@Nullable Throwable> left = new CompletableFuture<>();

        private @Nullable Task<?> own;

        void manage() throws M {
            own = Task.current("Inside.use");
            manager.run(this);
        }

        @Override
        public void use(T value) {
            Task<?> current = Task.current("Inside.use");
            if (current != own) {
                throw new IllegalStateException(
                        "Inside.use belongs to the task of the context manager, but was called by '" + current.name()
                                + "'");
            }
            current.checkpoint();
            // a future does not report what its dependents throw, and the other thread would not be woken
            StackReserve.forOperation();
            Waiter waiter = new Waiter(current, "block of a foreign thread");
            if (!entered.complete(value)) {
                throw new IllegalStateException(
                        "Inside.use was called before: a block runs once, wrap a manager that calls it once");
            }
            var _ = left.whenComplete((_, _) -> waiter.grant());
            waiter.await();
            Throwable thrown = left.resultNow();
            if (thrown != null) {
                throw Sneaky.<RuntimeException>asThrown(thrown);
            }
        }
    }
}
