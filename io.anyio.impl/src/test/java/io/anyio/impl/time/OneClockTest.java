package io.anyio.impl.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.task.Deadline;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Portals;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.task.Task;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Loops on one virtual clock that call each other in every way, and sleep on each side: the clock advances, and not a
 * nanosecond too far.
 */
class OneClockTest {
    private static final int PROGRAMS = 100;
    private static final int DEPTH = 4;

    /** A portal, and the loop behind it. */
    private record Side(BlockingPortal portal, Loop loop) {}

    /** Code for a task. */
    private interface Step {
        void run() throws Exception;
    }

    private final VirtualClock clock;
    private final List<Side> sides = new ArrayList<>();
    private String backend = "";

    OneClockTest(VirtualClock clock) {
        this.clock = clock;
    }

    private Side open() {
        BlockingPortal portal = AnyIO.service(Portals.class).start(o -> o.clock(clock).backend(backend));
        return new Side(portal, portal.call(() -> Task.current("test").loop));
    }

    private Side other(SplittableRandom random) {
        Loop here = Task.current("test").loop;
        List<Side> others = sides.stream().filter(side -> side.loop() != here).toList();
        return others.get(random.nextInt(others.size()));
    }

    private static void inWorker(Step step) throws Exception {
        AnyIO.runInWorkerThread(() -> {
            step.run();
            return 1;
        });
    }

    /** Does something random in the current task and gives how long it should take. */
    private Duration act(SplittableRandom random, int depth) throws Exception {
        Duration[] takes = {Duration.ZERO};
        Step inner = () -> takes[0] = sequence(random, depth - 1);
        switch (depth == 0 ? 0 : random.nextInt(9)) {
            case 0 -> {
                takes[0] = Duration.ofMillis(random.nextInt(5));
                AnyIO.sleep(takes[0]);
            }
            case 1 -> other(random).portal().call(inner::run);
            case 2 -> {
                Side side = other(random);
                inWorker(() -> side.portal().call(inner::run));
            }
            case 3 -> inWorker(() -> AnyIO.run(inner::run, o -> o.clock(clock).backend(backend)));
            case 4 -> inWorker(() -> AnyIO.runFromThread(inner::run));
            case 5 -> inWorker(() -> {
                try (BlockingPortal own = AnyIO.service(Portals.class).start(o -> o.clock(clock).backend(backend))) {
                    own.call(inner::run);
                }
            });
            case 6 -> {
                Side side = other(random);
                inWorker(() -> side.portal().start("starts", started -> {
                    inner.run();
                    started.set(1);
                }));
            }
            case 7 -> takes[0] = both(random, depth);
            default -> takes[0] = exchange(random);
        }
        return takes[0];
    }

    private Duration sequence(SplittableRandom random, int depth) throws Exception {
        Duration sum = Duration.ZERO;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            Deadline begin = AnyIO.currentTime();
            Duration takes = act(random, depth);
            assertEquals(takes, begin.until(AnyIO.currentTime()));
            sum = sum.plus(takes);
        }
        return sum;
    }

    /** Two at a time; the longer one counts. */
    private Duration both(SplittableRandom random, int depth) throws Exception {
        SplittableRandom second = random.split();
        Duration[] takes = new Duration[2];
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.spawn("first", () -> {
                takes[0] = sequence(random, depth - 1);
            });
            group.spawn("second", () -> {
                takes[1] = sequence(second, depth - 1);
            });
        });
        return takes[0].compareTo(takes[1]) > 0 ? takes[0] : takes[1];
    }

    /** With a task of another loop, through a stream; each sleeps for what it has got. */
    private Duration exchange(SplittableRandom random) throws Exception {
        int rounds = random.nextInt(1, 5);
        MemoryObjectStream<Integer> there = AnyIO.createMemoryObjectStream(random.nextInt(2));
        MemoryObjectStream<Integer> back = AnyIO.createMemoryObjectStream(random.nextInt(2));
        AtomicLong millis = new AtomicLong();
        BlockingPortal portal = other(random).portal();
        try (there; back) {
            exchange(random, rounds, portal, there, back, millis);
        }
        return Duration.ofMillis(millis.get());
    }

    private static void exchange(SplittableRandom random, int rounds, BlockingPortal portal,
            MemoryObjectStream<Integer> there, MemoryObjectStream<Integer> back, AtomicLong millis) throws Exception {
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.spawn("answers", () -> portal.call(() -> {
                for (int i = 0; i < rounds; i++) {
                    int number = there.receiver().receive();
                    AnyIO.sleep(Duration.ofMillis(number));
                    back.sender().send(number + 1);
                }
            }));
            for (int i = 0; i < rounds; i++) {
                int number = random.nextInt(4);
                there.sender().send(number);
                assertEquals(number + 1, back.receiver().receive());
                AnyIO.sleep(Duration.ofMillis(number + 1));
                millis.addAndGet(2 * number + 1);
            }
        });
    }

    @AnyioTest(virtualClock = true, timeout = 60)
    void theClockGoesOnWhileLoopsWaitForEachOther() throws Exception {
        backend = ContextTask.current("test").backend();
        sides.add(open());
        sides.add(open());
        try {
            long seed = System.nanoTime();
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < PROGRAMS; i++) {
                String where = "program " + i + ", seed " + seed;
                Duration[] takes = new Duration[1];
                Deadline begin = AnyIO.currentTime();
                try {
                    assertTrue(AnyIO.moveOnAfter(Duration.ofDays(1), () -> {
                        takes[0] = sequence(random, DEPTH);
                    }), where);
                } catch (Throwable e) {
                    throw new AssertionError(where, e);
                }
                assertEquals(takes[0], begin.until(AnyIO.currentTime()), where);
            }
        } finally {
            for (Side side : sides) {
                side.portal().close();
            }
        }
    }
}
