package io.anyio.impl.time;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Clock;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.task.Task;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.VirtualClock;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
    private static final int ROUNDS = 100;
    private static final Duration HOUR = Duration.ofHours(1);

    /** Long enough, in real time, for a clock that is wrong to jump. */
    private static final long TEMPTATION_MILLIS = 30;

    @AnyioTest(virtualClock = true)
    void aMillionSecondsPassInMilliseconds() {
        long begin = System.nanoTime();
        Deadline before = AnyIO.currentTime();
        for (int i = 0; i < 1000; i++) {
            AnyIO.sleep(Duration.ofSeconds(1000));
        }
        assertEquals(Duration.ofSeconds(1_000_000), before.until(AnyIO.currentTime()));
        long real = System.nanoTime() - begin;
        assertTrue(real < Duration.ofSeconds(3).toNanos(), "it took " + Duration.ofNanos(real));
    }

    @AnyioTest(virtualClock = true)
    void startsAtAnOddTimeThatIsNotZero(VirtualClock clock) {
        assertNotEquals(0, clock.nanoTime());
        assertNotEquals(0, clock.nanoTime() % 1_000_000);
    }

    @AnyioTest(virtualClock = true)
    void sleepersWakeInOrderAtTheirTimes() {
        Deadline start = AnyIO.currentTime();
        List<Duration> woken = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            for (int minutes : new int[]{50, 10, 30, 20, 40}) {
                group.spawn(() -> {
                    AnyIO.sleep(Duration.ofMinutes(minutes));
                    woken.add(start.until(AnyIO.currentTime()));
                });
            }
        });
        assertEquals(List.of(10, 20, 30, 40, 50), woken.stream().map(d -> (int) d.toMinutes()).toList());
        assertTrue(woken.stream().allMatch(d -> d.toSecondsPart() == 0 && d.toNanosPart() == 0));
    }

    @AnyioTest(virtualClock = true)
    void noTimePassesWhileATaskCanRun() {
        Deadline start = AnyIO.currentTime();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> AnyIO.sleep(Duration.ofNanos(1)));
            for (int i = 0; i < 10_000; i++) {
                AnyIO.checkpoint();
            }
            assertEquals(start, AnyIO.currentTime());
        });
    }

    @AnyioTest(virtualClock = true)
    void aHoldKeepsTimeStillUntilItsEnd(VirtualClock clock) {
        Deadline start = AnyIO.currentTime();
        VirtualClock.Hold hold = clock.hold();
        VirtualClock.Hold another = clock.hold();
        CancelScope scope = AnyIO.openCancelScope(o -> o.timeout(HOUR));
        Thread foreign = foreign(() -> {
            another.close();
            another.close();
            Thread.sleep(TEMPTATION_MILLIS);
            scope.cancel();
        });
        scope.run(AnyIO::sleepForever);
        assertEquals(start, AnyIO.currentTime());
        assertTrue(scope.cancelledCaught());
        Thread last = foreign(hold::close);
        AnyIO.sleep(HOUR);
        assertEquals(HOUR, start.until(AnyIO.currentTime()));
        join(foreign, last);
    }

    @AnyioTest(virtualClock = true)
    void somethingOutsideKeepsTimeStillUntilItComesBack() {
        Deadline start = AnyIO.currentTime();
        Loop loop = Task.current("test").loop;
        loop.quiet.beginOutside();
        CancelScope scope = AnyIO.openCancelScope(o -> o.timeout(HOUR));
        Thread worker = foreign(() -> {
            Thread.sleep(TEMPTATION_MILLIS);
            scope.cancel();
            Thread.sleep(TEMPTATION_MILLIS);
            loop.quiet.endOutside();
        });
        scope.run(AnyIO::sleepForever);
        assertEquals(start, AnyIO.currentTime());
        AnyIO.sleep(HOUR);
        assertEquals(HOUR, start.until(AnyIO.currentTime()));
        join(worker);
    }

    @AnyioTest(virtualClock = true)
    void aTaskInForeignCodeKeepsTimeStill() {
        Deadline start = AnyIO.currentTime();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("sleeper", () -> AnyIO.sleep(HOUR));
            AnyIO.checkpoint();
            CountDownLatch latch = new CountDownLatch(1);
            Thread foreign = foreign(() -> {
                Thread.sleep(TEMPTATION_MILLIS);
                latch.countDown();
            });
            await(latch);
            assertEquals(start, AnyIO.currentTime());
            join(foreign);
        });
        assertEquals(HOUR, start.until(AnyIO.currentTime()));
    }

    @AnyioTest(virtualClock = true)
    void withChannelsTheQuietTimeMustPassFirst(VirtualClock clock) throws Exception {
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink()) {
            RegisteredChannel source = AnyIO.service(Owners.class)
                    .open("test", new Holder(Holder.APPLICATION, "test", null, () -> false)).reactor()
                    .register(pipe.source());
            clock.quietTime(Duration.ofSeconds(10));
            Deadline start = AnyIO.currentTime();
            Thread writer = foreign(() -> {
                Thread.sleep(TEMPTATION_MILLIS);
                sink.write(ByteBuffer.wrap(new byte[]{7}));
            });
            assertTrue(AnyIO.moveOnAfter(HOUR, () -> {
                source.awaitReadable();
            }));
            assertEquals(start, AnyIO.currentTime());
            join(writer);
            assertEquals(1, pipe.source().read(ByteBuffer.allocate(2)));
            clock.quietTime(Duration.ofMillis(TEMPTATION_MILLIS));
            long begin = System.nanoTime();
            assertFalse(AnyIO.moveOnAfter(HOUR, () -> {
                while (source.awaitReadable()) {
                    AnyIO.checkpoint();
                }
            }));
            assertTrue(System.nanoTime() - begin >= TEMPTATION_MILLIS * 1_000_000);
            assertEquals(HOUR, start.until(AnyIO.currentTime()));
            source.close();
        }
    }

    @AnyioTest(virtualClock = true)
    void movedByHandItPassesEachDeadlineInReach(VirtualClock clock, TaskGroup<Exception> group) {
        clock.autojump(false);
        boolean[] woken = new boolean[2];
        group.spawn("near", () -> {
            AnyIO.sleep(HOUR);
            woken[0] = true;
        });
        group.spawn("far", () -> {
            AnyIO.sleep(HOUR.multipliedBy(3));
            woken[1] = true;
        });
        AnyIO.waitAllTasksBlocked();
        clock.jump(HOUR.minusNanos(1));
        AnyIO.waitAllTasksBlocked();
        assertArrayEquals(new boolean[]{false, false}, woken);
        clock.jump(Duration.ofNanos(1));
        AnyIO.waitAllTasksBlocked();
        assertArrayEquals(new boolean[]{true, false}, woken);
        Deadline end = AnyIO.currentTime().plus(HOUR.multipliedBy(2));
        Thread foreign = foreign(() -> clock.jump(HOUR.multipliedBy(2)));
        AnyIO.sleepUntil(end);
        join(foreign);
        AnyIO.waitAllTasksBlocked();
        assertArrayEquals(new boolean[]{true, true}, woken);
        assertThrows(IllegalArgumentException.class, () -> clock.jump(Duration.ofNanos(-1)));
    }

    @AnyioTest(virtualClock = true)
    void twoLoopsOnOneClockMoveTogether(VirtualClock clock) {
        String backend = ContextTask.current("test").backend();
        Deadline start = AnyIO.currentTime();
        List<String> log = new ArrayList<>();
        VirtualClock.Hold hold = clock.hold();
        Thread other = foreign(() -> AnyIO.run(() -> {
            hold.close();
            for (int i = 0; i < 50; i++) {
                AnyIO.sleep(Duration.ofSeconds(2));
                synchronized (log) {
                    log.add("even");
                }
            }
        }, o -> o.backend(backend).clock(clock)));
        AnyIO.sleep(Duration.ofSeconds(1));
        for (int i = 0; i < 50; i++) {
            synchronized (log) {
                log.add("odd");
            }
            AnyIO.sleep(Duration.ofSeconds(2));
        }
        assertEquals(101, start.until(AnyIO.currentTime()).toSeconds());
        join(other);
        AnyIO.sleep(HOUR);
        AnyIO.sleep(HOUR);
        for (int i = 0; i < 100; i++) {
            assertEquals(i % 2 == 0 ? "odd" : "even", log.get(i), log.toString());
        }
    }

    /** The clock must not jump while one loop has given the other one work of which that does not know yet. */
    @AnyioTest(virtualClock = true)
    void aLoopThatGetsWorkFromAnotherOneKeepsTimeStill(VirtualClock clock) {
        String backend = ContextTask.current("test").backend();
        List<Event> questions = Stream.generate(AnyIO::createEvent).limit(ROUNDS).toList();
        List<Event> answers = Stream.generate(AnyIO::createEvent).limit(ROUNDS).toList();
        VirtualClock.Hold hold = clock.hold();
        Thread other = foreign(() -> AnyIO.run(() -> {
            hold.close();
            for (int i = 0; i < ROUNDS; i++) {
                questions.get(i).await();
                if (i % 2 == 0) {
                    AnyIO.sleep(Duration.ofSeconds(1));
                }
                answers.get(i).set();
            }
        }, o -> o.backend(backend).clock(clock)));
        for (int i = 0; i < ROUNDS; i++) {
            Deadline asked = AnyIO.currentTime();
            questions.get(i).set();
            Event answer = answers.get(i);
            assertTrue(AnyIO.moveOnAfter(Duration.ofMillis(1001), answer::await), "time ran away in round " + i);
            assertEquals(i % 2 == 0 ? 1 : 0, asked.until(AnyIO.currentTime()).toSeconds());
        }
        join(other);
    }

    /** Between the look and the tell of one loop another one may have run, told so, and have handed it something. */
    @Test
    void whatALoopSawInAnEarlierRoundDoesNotCount() {
        VirtualClock clock = new VirtualClock();
        long start = clock.nanoTime();
        Clock.Ticker one = clock.attach(() -> {});
        Clock.Ticker other = clock.attach(() -> {});
        one.looks();
        other.looks();
        other.quiet(start + 10, Long.MAX_VALUE, true);
        assertEquals(0, one.quiet(start + 5, Long.MAX_VALUE, false), "it looks again at once");
        assertEquals(start, clock.nanoTime());
        one.looks();
        assertEquals(0, one.quiet(start + 5, Long.MAX_VALUE, false), "its own time has come");
        assertEquals(start + 5, clock.nanoTime());
    }

    /** Many holds that begin and end, and deadlines that come in between: nothing hangs and no time is lost. */
    @AnyioTest(virtualClock = true)
    void holdsOfManyThreadsLoseNoWakeUp(VirtualClock clock) {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> holders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            holders.add(foreign(() -> {
                while (!stop.get()) {
                    try (VirtualClock.Hold _ = clock.hold()) {
                        Thread.onSpinWait();
                    }
                    Thread.sleep(0, 100_000);
                }
            }));
        }
        Deadline start = AnyIO.currentTime();
        for (int i = 0; i < 50 * ROUNDS; i++) {
            AnyIO.sleep(Duration.ofSeconds(1));
        }
        assertEquals(50 * ROUNDS, start.until(AnyIO.currentTime()).toSeconds());
        stop.set(true);
        join(holders.toArray(Thread[]::new));
    }

    private interface Foreign {
        void run() throws Exception;
    }

    private static Thread foreign(Foreign code) {
        return Thread.ofPlatform().start(() -> {
            try {
                code.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread... threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
