package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.channel.LoopReactor;
import io.anyio.impl.park.Parkable;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Waiting uses no processor time. */
class IdleTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration WHILE = Duration.ofMillis(200);
    private static final long MOST_TURNS = 8;

    /**
     * Sleeps for a while and holds the turns and the processor time that the loop took against what one sleep may cost.
     */
    private static void assertIdle() {
        Loop loop = ((Parkable) TaskContext.current("")).loop;
        AnyIO.sleep(Duration.ofMillis(20));
        long turns = loop.turns;
        long processor = THREADS.getThreadCpuTime(loop.thread.threadId());
        AnyIO.sleep(WHILE);
        long used = THREADS.getThreadCpuTime(loop.thread.threadId()) - processor;
        assertTrue(loop.turns - turns <= MOST_TURNS, (loop.turns - turns) + " turns in " + WHILE);
        assertTrue(used < WHILE.toNanos() / 20, used + " ns of processor time in " + WHILE);
    }

    @AnyioTest
    void anIdleLoopRests() {
        assertIdle();
    }

    @AnyioTest @Proves("CS-47")
    void tasksThatAreShieldedFromACancellationRest() {
        CancelScope outer = AnyIO.openCancelScope();
        List<CancelScope> shields = new ArrayList<>();
        AnyIO.createTaskGroup().run(around -> {
            TaskHandle<?> end = around.spawn(() -> outer.run(() -> AnyIO.createTaskGroup().run(group -> {
                for (int i = 0; i < 100; i++) {
                    CancelScope shield = AnyIO.openCancelScope(options -> options.shield(true));
                    shields.add(shield);
                    group.spawn(() -> shield
                            .run(() -> AnyIO.createTaskGroup().run(nested -> nested.spawn(AnyIO::sleepForever))));
                }
            })));
            AnyIO.waitAllTasksBlocked();
            outer.cancel();
            assertIdle();
            assertEquals(TaskHandle.Status.PENDING, end.status());
            shields.forEach(CancelScope::cancel);
        });
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest @Proves("CS-48")
    void anEndedTaskInACancelledScopeCausesNoFurtherWork() {
        AnyIO.createTaskGroup().run(group -> {
            CancelScope shield = AnyIO.openCancelScope(options -> options.shield(true));
            for (int i = 0; i < 100; i++) {
                group.spawn(AnyIO::sleepForever);
            }
            group.spawn(() -> shield.run(AnyIO::sleepForever));
            AnyIO.waitAllTasksBlocked();
            group.cancel();
            AnyIO.openCancelScope(options -> options.shield(true)).run(() -> {
                AnyIO.waitAllTasksBlocked();
                assertIdle();
            });
            shield.cancel();
        });
    }

    /** Epoll reports the end of both directions, and reports it again with each new request. */
    @AnyioTest
    void aPipeWhoseOtherSideIsClosedCausesNoFurtherWork() throws IOException {
        Reactor reactor = new LoopReactor(((Parkable) TaskContext.current("")).loop);
        Pipe first = Pipe.open();
        Pipe second = Pipe.open();
        RegisteredChannel source = reactor.register(first.source());
        RegisteredChannel sink = reactor.register(second.sink());
        first.sink().close();
        second.source().close();
        assertIdle();
        assertEquals(-1, source.read(ByteBuffer.allocate(1)));
        source.close();
        sink.close();
    }
}
