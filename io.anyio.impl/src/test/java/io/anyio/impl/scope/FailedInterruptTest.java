package io.anyio.impl.scope;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.impl.park.Parkable;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** If the interrupt of foreign code fails, for example for lack of stack, the cancellation is still delivered. */
class FailedInterruptTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Code in every scope. */
    private static final class Failing implements ScopeTree.Interruptible {
        @Override
        public boolean sees(CancelScope scope) {
            return true;
        }

        @Override
        public void interrupt() {
            throw new StackOverflowError("made by a test");
        }
    }

    /** A watch that cannot interrupt. */
    private static final class FailingWatch implements Cancellable.Watch {
        @Override
        public void scopeChanged() {
            // it does not matter here
        }

        @Override
        public void cancellationArrived() {
            throw new OutOfMemoryError("made by a test");
        }
    }

    @AnyioTest
    void neitherTheTaskNorThoseBehindItMissTheirCancellation() throws Exception {
        CancelScope scope = AnyIO.openCancelScope();
        AnyIO.failAfter(PATIENCE, () -> scope.run(() -> AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 5; i++) {
                group.spawn("waits", () -> {
                    ((Cancellable<?>) Parkable.current("test")).watch(new FailingWatch());
                    AnyIO.sleepForever();
                });
            }
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
        })));
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest
    void aCancelFromOutsideIsDelivered() throws Exception {
        Scope scope = (Scope) AnyIO.openCancelScope();
        CompletableFuture<?>[] cancel = new CompletableFuture<?>[1];
        AnyIO.failAfter(PATIENCE, () -> scope.run(() -> {
            Failing failing = new Failing();
            scope.tree().add(failing);
            try {
                cancel[0] = CompletableFuture.runAsync(scope::cancel);
                AnyIO.sleepForever();
            } finally {
                scope.tree().remove(failing);
            }
        }));
        assertTrue(scope.cancelledCaught());
        assertInstanceOf(StackOverflowError.class, cancel[0].handle((_, e) -> {
            return e instanceof CompletionException ? e.getCause() : e;
        }).join());
    }
}
