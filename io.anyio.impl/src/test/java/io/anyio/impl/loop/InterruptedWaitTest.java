package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.task.Task;
import io.anyio.testing.AnyioTest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;

/** {@code LockSupport.park} returns at once, each time, if the interrupt flag is set. */
class InterruptedWaitTest {
    private static final Duration WAIT = Duration.ofMillis(200);

    @AnyioTest
    void aWaitWithTheFlagSetWaitsWithoutSpinningAndKeepsIt() {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5 && least > WAIT.toNanos() / 2; i++) {
            Thread.currentThread().interrupt();
            long before = machine.getProcessCpuTime();
            AnyIO.sleep(WAIT);
            least = Math.min(least, machine.getProcessCpuTime() - before);
            assertTrue(Thread.interrupted());
        }
        assertTrue(least <= WAIT.toNanos() / 2,
                "The process used " + Duration.ofNanos(least) + " of CPU time during a sleep of " + WAIT);
    }

    /**
     * A container may interrupt all threads at its end. The loop and its watchdog continue, and do not spin.
     */
    @AnyioTest
    void anInterruptOfTheLoopsOwnThreadsMeansNothing() {
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        Loop loop = Task.current("test").loop;
        while (threadsOf(loop).size() < 2) {
            // on pool the first task may be earlier than the watchdog
            AnyIO.sleep(Duration.ofMillis(1));
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5 && least > WAIT.toNanos() / 10; i++) {
            long before = cpu.getThreadCpuTime(loop.thread.threadId());
            // again, for the first time it may have been the watchdog of a test before, which ends
            threadsOf(loop).forEach(Thread::interrupt);
            AnyIO.sleep(WAIT);
            least = Math.min(least, cpu.getThreadCpuTime(loop.thread.threadId()) - before);
        }
        assertTrue(least <= WAIT.toNanos() / 10,
                "The loop's thread used " + Duration.ofNanos(least) + " of CPU time in " + WAIT);
        assertTrue(threadsOf(loop).size() >= 2, "one of them has ended");
    }

    /** The loop's own, and that of its watchdog. */
    private static List<Thread> threadsOf(Loop loop) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread == loop.thread || thread.getName().equals("anyio-watchdog")).toList();
    }

    @AnyioTest
    void aForeignInterruptNeitherEndsAWaitNorIsLost(TaskGroup<Exception> group) throws InterruptedException {
        Event event = AnyIO.createEvent();
        boolean[] woken = new boolean[1];
        TaskHandle<Boolean> waiter = group.spawn(() -> {
            event.await();
            woken[0] = true;
            return Thread.currentThread().isInterrupted();
        });
        AnyIO.waitAllTasksBlocked();
        for (int i = 0; i < 100; i++) {
            Thread foreign = Thread.ofPlatform().start(waiter.info().thread()::interrupt);
            foreign.join();
            AnyIO.checkpoint();
        }
        AnyIO.waitAllTasksBlocked();
        assertEquals(false, woken[0]);
        event.set();
        assertTrue(waiter.await());
    }
}
