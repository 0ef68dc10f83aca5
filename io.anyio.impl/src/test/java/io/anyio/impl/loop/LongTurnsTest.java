package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.impl.task.Task;
import io.anyio.testing.EachBackend;
import io.anyio.testing.VirtualClock;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How late timers, channels and what comes from outside are beside tasks that work and yield. The clock moves with
 * their work and not by itself, so nothing here depends on the machine. On {@code pool} other threads watch the time.
 */
class LongTurnsTest {
    private static final int ROUNDS = 50;

    /** How many turns may pass until the loop sees that they have become long. */
    private static final int TURNS_PER_LOOK = 8;

    private final VirtualClock clock = new VirtualClock();

    /** Waits for something, and gives how late it came. */
    private interface Wait {
        Duration late() throws Exception;
    }

    /** Holds each of many waits to a bound, beside tasks that work for a time, yield, and so on. */
    private void beside(int workers, Duration work, Wait wait) throws Exception {
        clock.autojump(false);
        AnyIO.run(() -> AnyIO.createTaskGroup(Exception.class).run(group -> {
            for (int i = 0; i < workers; i++) {
                group.spawn("worker", () -> {
                    while (true) {
                        clock.jump(work);
                        AnyIO.sleep(Duration.ZERO);
                    }
                });
            }
            AnyIO.sleep(Duration.ZERO);
            for (int i = 0; i < ROUNDS; i++) {
                Duration late = wait.late();
                // it is seen in the turn or round in which it happens, and is queued behind the fibers that are ready
                // then
                int most = 2 * (workers + 1) + (i == 0 ? TURNS_PER_LOOK : 1);
                assertTrue(late.compareTo(work.multipliedBy(most)) <= 0,
                        "round " + i + " beside " + workers + " workers of " + work + ": " + late);
            }
            group.cancelScope().cancel();
        }), o -> o.backend("carrier").clock(clock));
    }

    private void besideSome(Wait wait) throws Exception {
        for (int workers : new int[]{1, 3, 100}) {
            beside(workers, Duration.ofMillis(1), wait);
        }
        beside(1, Duration.ofMillis(20), wait);
    }

    private Duration since(long begin) {
        return Duration.ofNanos(clock.nanoTime() - begin);
    }

    @EachBackend("carrier")
    void aTimerFiresInTheTurnInWhichItIsDue(String backend) throws Exception {
        Duration time = Duration.ofMillis(7);
        besideSome(() -> {
            long begin = clock.nanoTime();
            AnyIO.sleep(time);
            return since(begin).minus(time);
        });
    }

    @EachBackend("carrier")
    void aChannelIsFoundReadyInTheRoundInWhichItIs(String backend) throws Exception {
        Pipe[] pipe = new Pipe[1];
        RegisteredChannel[] source = new RegisteredChannel[1];
        besideSome(() -> {
            if (source[0] == null || !pipe[0].source().isOpen()) {
                pipe[0] = Pipe.open();
                source[0] = AnyIO.service(Owners.class)
                        .open("test", new Holder(Holder.APPLICATION, "test", null, () -> false)).reactor()
                        .register(pipe[0].source());
            }
            long begin = clock.nanoTime();
            pipe[0].sink().write(ByteBuffer.allocate(1));
            source[0].awaitReadable();
            pipe[0].source().read(ByteBuffer.allocate(2));
            return since(begin);
        });
    }

    @EachBackend("carrier")
    void whatComesFromOutsideIsSeenInTheRoundInWhichItComes(String backend) throws Exception {
        besideSome(() -> {
            Loop loop = Task.current("test").loop;
            CompletableFuture<Long> ran = new CompletableFuture<>();
            AtomicBoolean posted = new AtomicBoolean();
            long begin = clock.nanoTime();
            Thread.ofPlatform().start(() -> {
                loop.post(() -> ran.complete(clock.nanoTime()));
                posted.set(true);
            });
            while (!posted.get()) {
                Thread.onSpinWait();
            }
            while (!ran.isDone()) {
                AnyIO.sleep(Duration.ZERO);
            }
            return Duration.ofNanos(ran.join() - begin);
        });
    }
}
