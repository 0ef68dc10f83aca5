package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskGroup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StageWaitTest {
    private final CompletableFuture<String> future = new CompletableFuture<>();

    @AnyioTest @Proves("BR-01")
    void aValueComesFromAnyThread(TaskGroup<?> group) throws Exception {
        assertEquals("here", AnyIO.await(CompletableFuture.completedStage("here")));
        assertNull(AnyIO.await(CompletableFuture.completedFuture(null)));
        assertEquals("pool", AnyIO.await(CompletableFuture.supplyAsync(() -> "pool")));
        group.spawn("completes it", () -> future.complete("task"));
        assertEquals("task", AnyIO.await(future));
        CompletableFuture<String> other = new CompletableFuture<>();
        Thread loop = Thread.ofPlatform().start(() -> AnyIO.run(() -> {
            AnyIO.checkpoint();
            other.complete("loop");
        }));
        assertEquals("loop", AnyIO.await(other));
        loop.join();
    }

    @AnyioTest @Proves("BR-01")
    void severalTasksOfSeveralLoopsGetIt(TaskGroup<?> group) throws Exception {
        List<String> got = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            group.spawn("waits", () -> got.add(AnyIO.await(future)));
        }
        CompletableFuture<String> elsewhere = new CompletableFuture<>();
        Thread loop = Thread.ofPlatform().start(() -> AnyIO.run(() -> {
            try {
                elsewhere.complete(AnyIO.await(future));
            } catch (ExecutionException e) {
                elsewhere.completeExceptionally(e);
            }
        }));
        AnyIO.waitAllTasksBlocked();
        future.complete("all");
        assertEquals("all", AnyIO.await(elsewhere));
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of("all", "all", "all"), got);
        loop.join();
    }

    @AnyioTest @Proves("BR-02")
    void itIsACheckpointEvenIfItIsComplete(TaskGroup<?> group) throws Exception {
        AtomicInteger turns = new AtomicInteger();
        group.spawn("other", turns::incrementAndGet);
        AnyIO.await(CompletableFuture.completedFuture("value"));
        assertEquals(1, turns.get());
    }

    @AnyioTest @Proves("BR-03")
    void aFailureIsTheCause() {
        IOException failure = new IOException("failed");
        future.completeExceptionally(failure);
        assertSame(failure, assertThrows(ExecutionException.class, () -> AnyIO.await(future)).getCause());
        CompletionStage<Integer> dependent = future.thenApply(String::length);
        assertSame(failure, assertThrows(ExecutionException.class, () -> AnyIO.await(dependent)).getCause());
        CompletableFuture<String> wrapped = CompletableFuture.failedFuture(new CompletionException("alone", null));
        assertThrows(ExecutionException.class, () -> AnyIO.await(wrapped));
    }

    @AnyioTest @Proves("BR-03")
    void aCancellationOfOthersIsAFailureAndNoCancellationOfTheTask() throws ExecutionException {
        CancelledError[] foreign = new CancelledError[1];
        assertFalse(AnyIO.moveOnAfter(Duration.ofHours(1), (CancelScope scope) -> {
            scope.cancel("foreign");
            foreign[0] = assertThrows(CancelledError.class, AnyIO::checkpoint);
            throw foreign[0];
        }));
        future.completeExceptionally(foreign[0]);
        assertSame(foreign[0], assertThrows(ExecutionException.class, () -> AnyIO.await(future)).getCause());
        AnyIO.checkpoint();
    }

    @AnyioTest @Proves("BR-04")
    void aCancelledStageCancelsNoTask() {
        future.cancel(false);
        assertThrows(CancellationException.class, () -> AnyIO.await(future));
        assertThrows(CancellationException.class, () -> AnyIO.await(future.thenApply(String::length)));
        AnyIO.checkpoint();
    }

    @AnyioTest @Proves("BR-05")
    void aCancelledTaskCancelsTheStage() throws ExecutionException {
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(1), () -> AnyIO.await(future)));
        assertTrue(future.isCancelled());
    }

    @AnyioTest @Proves("BR-05")
    void soDoesOneThatWasCancelledBefore() throws ExecutionException {
        assertFalse(AnyIO.moveOnAfter(Duration.ofHours(1), (CancelScope scope) -> {
            scope.cancel();
            AnyIO.await(future);
        }));
        assertTrue(future.isCancelled());
    }

    @AnyioTest @Proves("BR-05")
    void aStageThatCannotBeCancelledGoesOn() throws ExecutionException {
        CompletionStage<String> minimal = future.minimalCompletionStage();
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(1), () -> AnyIO.await(minimal)));
        assertFalse(future.isDone());
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(1), () -> AnyIO.await(future.copy())));
        assertFalse(future.isDone());
    }

    @AnyioTest @Proves("BR-05")
    void whatTheCancelledStageThrowsIsNotLost() {
        CompletableFuture<String> hostile = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean interrupts) {
                throw new IllegalStateException("hostile");
            }
        };
        Exception left = assertThrows(IllegalStateException.class,
                () -> AnyIO.moveOnAfter(Duration.ofHours(1), (CancelScope scope) -> {
                    scope.cancel();
                    AnyIO.await(hostile);
                }));
        assertEquals("hostile", left.getMessage());
    }

    /** Many waits, each decided by a thread or by its scope, whoever is first. */
    @AnyioTest @Proves("BR-06")
    void aValueOrACancellationAndNeverBothNorNeither() throws ExecutionException {
        SplittableRandom random = new SplittableRandom(1);
        try (ExecutorService others = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 2_000; i++) {
                CompletableFuture<Integer> racing = new CompletableFuture<>();
                int number = i;
                int[] got = {-1};
                int spins = random.nextInt(2_000);
                boolean finished = AnyIO.moveOnAfter(Duration.ofHours(1), (CancelScope scope) -> {
                    others.execute(() -> {
                        for (int spin = 0; spin < spins; spin++) {
                            Thread.onSpinWait();
                        }
                        racing.complete(number);
                    });
                    others.execute(() -> scope.cancel("raced"));
                    got[0] = AnyIO.await(racing);
                });
                assertTrue(finished ? got[0] == number : got[0] == -1 || got[0] == number);
                assertTrue(racing.isDone() || finished, "the loser is told");
            }
        }
    }

    @AnyioTest @Proves("BR-06")
    void aGrantedValueIsNotLostByACancellationBeforeTheTurn(TaskGroup<?> group) {
        List<String> got = new ArrayList<>();
        CancelScope scope = AnyIO.openCancelScope();
        group.spawn("waits", () -> scope.run(() -> got.add(AnyIO.await(future))));
        AnyIO.waitAllTasksBlocked();
        future.complete("kept");
        scope.cancel();
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of("kept"), got);
    }

    @AnyioTest(virtualClock = true) @Proves("BR-07")
    void aVirtualClockGoesOn(TaskGroup<?> group) throws ExecutionException {
        group.spawn("completes it", () -> {
            AnyIO.sleep(Duration.ofHours(1));
            future.complete("after an hour");
        });
        assertEquals("after an hour", AnyIO.await(future));
    }

    @Test @Proves("BR-08")
    void itNeedsATask() {
        assertThrows(NoEventLoopException.class, () -> AnyIO.await(future));
        assertEquals("AnyIO.await: the stage is null",
                assertThrows(NullPointerException.class, () -> AnyIO.await(null)).getMessage());
    }
}
