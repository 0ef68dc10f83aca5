package io.anyio.impl.testing;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Block;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.task.Task;
import io.anyio.impl.time.Timer;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.AroundEach;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** Tests that fail, run by {@link AnyioTestFailuresTest} alone. */
class AnyioTestFailures {

    static final Queue<SocketChannel> LEAKED = new ConcurrentLinkedQueue<>();

    static class Simple {
        @AnyioTest
        void throwsACheckedException() throws IOException {
            AnyIO.checkpoint();
            throw new IOException("own");
        }

        @AnyioTest
        void assumesWhatIsNot() {
            Assumptions.assumeTrue(false, "not here");
        }

        @AnyioTest
        void leaksATask(TaskGroup<Exception> group) {
            group.spawn("leaked task", AnyIO::sleepForever);
            group.spawn("soon finished", () -> {
                for (int i = 0; i < 100; i++) {
                    AnyIO.sleep(Duration.ZERO);
                }
            });
        }

        @AnyioTest
        void leaksATaskBesideACancelledOne(TaskGroup<Exception> group) {
            group.spawn("leaked task", AnyIO::sleepForever);
            cancelled(group, () -> AnyIO.sleep(Duration.ofMillis(20)));
        }

        @AnyioTest(virtualClock = true)
        void leaksACancelledTask(TaskGroup<Exception> group) {
            cancelled(group, AnyIO::sleepForever);
        }

        private static void cancelled(TaskGroup<Exception> group, Block<RuntimeException> end) {
            TaskHandle<?> task = group.spawn("cancelled task", () -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    AnyIO.openCancelScope(options -> options.shield(true)).run(end);
                }
            });
            AnyIO.waitAllTasksBlocked();
            task.cancel();
        }

        @AnyioTest
        void leaksATimer() {
            Task<?> task = Task.current("test");
            task.loop.schedule(new Timer() {
                @Override
                public void fire() {}
            }, Long.MAX_VALUE - 1);
        }

        @AnyioTest
        void leaksACallOutside() {
            Task.current("test").loop.quiet.beginOutside();
        }

        @AnyioTest
        void leaksASocket() throws IOException {
            LEAKED.add(SocketChannel.open());
        }

        @AnyioTest
        void hasATaskThatFails(TaskGroup<Exception> group) {
            group.spawn(() -> {
                throw new IOException("of the task");
            });
            AnyIO.sleepForever();
        }

        @AnyioTest
        void hasATaskThatFailsAfterTheTest(TaskGroup<Exception> group) {
            group.spawn(() -> {
                throw new IOException("of the task");
            });
        }

        @AnyioTest
        void cancelsItself(TaskGroup<Exception> group) {
            group.cancel();
            AnyIO.checkpoint();
        }

        @AnyioTest(timeout = 1)
        void hangs() {
            AnyIO.sleepForever();
        }

        @AnyioTest(timeout = 1)
        void hangsWithItsLoop() {
            long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }

    static class BrokenSetUp {
        @BeforeEach
        void setUp() throws IOException {
            throw new IOException("of set-up");
        }

        @AnyioTest
        void neverRuns() {}
    }

    static class BrokenTearDown {
        @AfterEach
        void tearDown() throws IOException {
            AnyIO.checkpoint();
            throw new IOException("of tear-down");
        }

        @AnyioTest
        void passes() {}
    }

    static class ScopeAround implements AroundEach {
        @Override
        public void aroundEach(Block<Exception> test) throws Exception {
            AnyIO.failAfter(Duration.ofMillis(20), test);
        }

        @AnyioTest
        void outlivesTheScope() {
            AnyIO.sleepForever();
        }
    }
}
