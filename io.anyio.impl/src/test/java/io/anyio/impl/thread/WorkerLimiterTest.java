package io.anyio.impl.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.run.ContextTask;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

class WorkerLimiterTest {

    @AnyioTest @Proves({"TH-10", "TH-11"})
    void theDefaultLimiterHasFortyTokensAndApplies() {
        CapacityLimiter limiter = AnyIO.currentDefaultWorkerThreadLimiter();
        assertEquals(40, limiter.totalTokens());
        assertEquals(0, limiter.borrowedTokens());
        assertSame(limiter, AnyIO.currentDefaultWorkerThreadLimiter());
        int[] inside = AnyIO
                .runInWorkerThread(() -> new int[]{limiter.borrowedTokens(), limiter.statistics().borrowers().size()});
        assertEquals(1, inside[0]);
        assertEquals(1, inside[1]);
        CapacityLimiter own = AnyIO.createCapacityLimiter(1);
        assertEquals(0,
                AnyIO.<Integer, RuntimeException>runInWorkerThread(limiter::borrowedTokens, o -> o.limiter(own)));
    }

    @AnyioTest @Proves("TH-12")
    void theDefaultLimiterIsTheRunsOwn() {
        CapacityLimiter mine = AnyIO.currentDefaultWorkerThreadLimiter();
        mine.totalTokens(3);
        String backend = io.anyio.api.spi.TaskContext.current("test").backend();
        CapacityLimiter others = AnyIO.runInWorkerThread(() -> AnyIO.call(() -> {
            CapacityLimiter other = AnyIO.currentDefaultWorkerThreadLimiter();
            assertEquals(40, other.totalTokens());
            other.totalTokens(5);
            return other;
        }, o -> o.backend(backend)));
        assertNotSame(mine, others);
        assertEquals(3, mine.totalTokens());
    }

    @AnyioTest @Proves({"TH-13", "TH-14"})
    void atMostSoManyFunctionsRunAsTheLimiterHasTokens() throws Exception {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(3);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 8; i++) {
                group.spawn("call " + i, () -> AnyIO.runInWorkerThread(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    release.await();
                    // each borrower is a function that runs or has just ended
                    assertTrue(limiter.borrowedTokens() >= running.get());
                    running.decrementAndGet();
                }, o -> o.limiter(limiter)));
            }
            AnyIO.waitAllTasksBlocked();
            while (running.get() < 3) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
            assertEquals(3, limiter.borrowedTokens());
            assertEquals(5, limiter.statistics().tasksWaiting());
            release.countDown();
        });
        assertEquals(3, most.get());
        assertEquals(0, limiter.borrowedTokens());
    }

    @AnyioTest @Proves("TH-15")
    void theTokenComesBackWhenTheFunctionReturnsOrThrows() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        assertEquals(1,
                AnyIO.<Integer, RuntimeException>runInWorkerThread(limiter::borrowedTokens, o -> o.limiter(limiter)));
        assertEquals(0, limiter.borrowedTokens());
        assertThrows(IllegalStateException.class, () -> AnyIO.runInWorkerThread(() -> {
            throw new IllegalStateException();
        }, o -> o.limiter(limiter)));
        assertEquals(0, limiter.borrowedTokens());
    }

    @AnyioTest @Proves("TH-16")
    void waitingForATokenIsCancellable() {
        CapacityLimiter none = AnyIO.createCapacityLimiter(0);
        AtomicBoolean started = new AtomicBoolean();
        boolean finished = AnyIO.moveOnAfter(Duration.ofMillis(10),
                () -> AnyIO.runInWorkerThread(() -> started.set(true), o -> o.limiter(none)));
        assertFalse(finished);
        assertFalse(started.get());
        assertEquals(0, none.statistics().tasksWaiting());
        AnyIO.currentDefaultWorkerThreadLimiter().totalTokens(0);
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(10), () -> AnyIO.runInWorkerThread(() -> started.set(true))));
        assertFalse(started.get());
    }

    @AnyioTest
    void aTokenThatWasGrantedToACancelledCallComesBack(TaskGroup<Exception> group) throws Exception {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        AtomicBoolean started = new AtomicBoolean();
        limiter.acquire();
        CancelScope scope = AnyIO.openCancelScope();
        group.spawn("call",
                () -> scope.run(() -> AnyIO.runInWorkerThread(() -> started.set(true), o -> o.limiter(limiter))));
        AnyIO.waitAllTasksBlocked();
        limiter.release();
        scope.cancel();
        AnyIO.waitAllTasksBlocked();
        assertTrue(scope.cancelledCaught());
        assertFalse(started.get());
        assertEquals(0, limiter.borrowedTokens());
    }

    @AnyioTest
    void aLongWaitForTheDefaultLimiterIsSaidOnce() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                said.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.anyio");
        logger.addHandler(handler);
        try {
            ContextTask<?> task = ContextTask.current("test");
            task.run.attachment(DefaultLimiter.class, () -> new DefaultLimiter(task.run, Duration.ofMillis(5)));
            AnyIO.currentDefaultWorkerThreadLimiter().totalTokens(0);
            for (int i = 0; i < 2; i++) {
                AnyIO.moveOnAfter(Duration.ofMillis(30), () -> AnyIO.runInWorkerThread(() -> 1));
            }
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.getFirst().contains("AnyIO.currentDefaultWorkerThreadLimiter()"), said::toString);
    }
}
