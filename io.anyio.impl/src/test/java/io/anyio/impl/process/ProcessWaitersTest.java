package io.anyio.impl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.process.ProcessOptions;
import io.anyio.api.sync.Event;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * Several tasks of two loops wait for one process. The watch for its end cannot always be started, for example near the
 * end of a stack; then only the task that tried gets the error.
 */
@Timeout(120)
class ProcessWaitersTest {
    private static final long PATIENCE_SECONDS = 10;

    private final List<CompletableFuture<?>> waits = new ArrayList<>();
    private final BlockingPortal one;
    private final BlockingPortal other;

    ProcessWaitersTest(String backend) {
        one = AnyIO.startBlockingPortal(options -> options.backend(backend));
        other = AnyIO.startBlockingPortal(options -> options.backend(backend));
    }

    @AfterEach
    void close() {
        waits.forEach(wait -> wait.cancel(true));
        one.close();
        other.close();
    }

    /** A process that ends when it is told to, and which cannot be watched while {@code fails} says so. */
    private static final class Cat extends Process {
        final Event exited = AnyIO.createEvent();
        private final Process process = new ProcessBuilder("cat").start();
        private final BooleanSupplier fails;

        Cat(BooleanSupplier fails) throws IOException {
            this.fails = fails;
        }

        Child child() {
            return new Child(this, List.of("cat"), ProcessOptions.DEFAULT, FaultyOwner.ofChannel(-1), exited, null,
                    null, null);
        }

        @Override
        public long pid() {
            if (fails.getAsBoolean()) {
                throw new IllegalStateException("cannot be watched");
            }
            return process.pid();
        }

        void end() throws IOException {
            process.getOutputStream().close();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public int waitFor() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public int exitValue() {
            return process.exitValue();
        }

        @Override
        public void destroy() {
            process.destroy();
        }

        @Override
        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream getInputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream getErrorStream() {
            throw new UnsupportedOperationException();
        }
    }

    private CompletableFuture<Integer> waitIn(BlockingPortal portal, Child child) {
        CompletableFuture<Integer> wait = portal.spawn(child::waitFor);
        waits.add(wait);
        return wait;
    }

    @EachBackend @Proves("SP-18")
    void whoComesWhileTheWatchFailsIsWokenNevertheless() throws Exception {
        CountDownLatch trying = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        AtomicBoolean tried = new AtomicBoolean();
        Cat cat = new Cat(() -> {
            if (tried.getAndSet(true)) {
                return false;
            }
            trying.countDown();
            awaitUninterruptibly(fail);
            return true;
        });
        Child child = cat.child();
        CompletableFuture<Integer> first = waitIn(one, child);
        trying.await();
        CompletableFuture<Integer> second = waitIn(other, child);
        other.call(AnyIO::waitAllTasksBlocked);
        fail.countDown();
        ExecutionException failed = assertThrows(ExecutionException.class,
                () -> first.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, failed.getCause());
        cat.end();
        assertEquals(0, second.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @EachBackend @Proves("SP-18")
    void whoeverIsCancelledOrFailsTheOthersAreWoken() throws Exception {
        long seed = Long.getLong("anyio.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            String what = "anyio.seed=" + seed + ", round " + round;
            AtomicInteger failures = new AtomicInteger(random.nextInt(3));
            Cat cat = new Cat(() -> {
                boolean fails = failures.getAndDecrement() > 0;
                if (fails) {
                    Thread.yield();
                }
                return fails;
            });
            Child child = cat.child();
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            List<CompletableFuture<Integer>> cancelled = new ArrayList<>();
            int waiters = 2 + random.nextInt(2);
            int end = random.nextInt(waiters + 1);
            for (int i = 0; i < waiters; i++) {
                if (i == end) {
                    cat.end();
                }
                all.add(waitIn(random.nextBoolean() ? one : other, child));
                if (random.nextInt(3) == 0) {
                    other.call(AnyIO::waitAllTasksBlocked);
                }
                if (random.nextInt(3) == 0) {
                    CompletableFuture<Integer> victim = all.get(random.nextInt(all.size()));
                    victim.cancel(true);
                    cancelled.add(victim);
                }
            }
            cat.end();
            for (CompletableFuture<Integer> wait : all) {
                assertEnds(wait, cancelled.contains(wait), what);
            }
            waits.clear();
        }
    }

    private static void assertEnds(CompletableFuture<Integer> wait, boolean cancelled, String what) throws Exception {
        try {
            assertEquals(0, wait.get(PATIENCE_SECONDS, TimeUnit.SECONDS), what);
        } catch (ExecutionException e) {
            assertInstanceOf(IllegalStateException.class, e.getCause(), what);
        } catch (CancellationException e) {
            assertTrue(cancelled, what);
        } catch (TimeoutException e) {
            throw new AssertionError(what, e);
        }
    }
}
