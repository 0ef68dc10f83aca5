package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Clock;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.impl.poll.Poller;
import io.anyio.impl.poll.Registration;
import io.anyio.impl.poll.Selectable;
import io.anyio.impl.task.Task;
import io.anyio.impl.time.SystemClock;
import io.anyio.impl.time.Timer;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Failures below a loop. If a channel, a timer or an observer fails, nothing else ends. If the poller or the clock
 * fails, the loop breaks, and all callers that wait for it get an exception.
 */
class BrokenLoopTest {
    private static final Holder HOLDER = new Holder(17, "user", null, () -> false);

    /** An unexpected error. */
    private static final class Fault extends Error {
        private static final long serialVersionUID = 1;

        Fault() {
            super("made by a test");
        }
    }

    /** What fails. */
    private enum Culprit {
        POLLER, CLOCK, TICKER
    }

    /** The system's clock until it fails, for the loop only. */
    private static final class FailingClock implements Clock {
        private final Culprit culprit;
        private volatile @Nullable Fault fault;

        FailingClock(Culprit culprit) {
            this.culprit = culprit;
        }

        private void failIf(boolean mine) {
            Fault due = fault;
            if (due != null && mine && !Thread.currentThread().isVirtual()) {
                throw due;
            }
        }

        @Override
        public long nanoTime() {
            failIf(culprit == Culprit.CLOCK);
            return SystemClock.INSTANCE.nanoTime();
        }

        @Override
        public Ticker attach(Runnable wakeup) {
            return new Ticker() {
                @Override
                public long waitNanos(long deadline) {
                    failIf(culprit == Culprit.TICKER);
                    return SystemClock.INSTANCE.waitNanos(deadline);
                }

                @Override
                public long quiet(long deadline, long quietNanos, boolean ran) {
                    return Long.MAX_VALUE;
                }

                @Override
                public void detach() {
                    failIf(true);
                }
            };
        }
    }

    /** Another poller, which cannot select. */
    private static final class FailingPoller extends Poller {
        private final Poller poller;
        private final Fault fault;

        FailingPoller(Poller poller, Fault fault) {
            this.poller = poller;
            this.fault = fault;
        }

        @Override
        public Registration prepare(SelectableChannel channel) throws IOException {
            return poller.prepare(channel);
        }

        @Override
        public boolean hasChannels() {
            return poller.hasChannels();
        }

        @Override
        public int selectNow() {
            throw fault;
        }

        @Override
        public int select(long nanos) {
            throw fault;
        }

        @Override
        public void flush() {
            throw fault;
        }

        @Override
        public void wakeup() {
            poller.wakeup();
        }

        @Override
        public void close(@Nullable Throwable cause) {
            poller.close(cause);
            throw fault;
        }
    }

    private static Loop loop() {
        return Task.current("test").loop;
    }

    private static void breakLoop(Culprit culprit, Fault fault, @Nullable FailingClock clock) {
        Loop loop = loop();
        if (culprit == Culprit.POLLER) {
            Poller poller = loop.poller;
            loop.poller = new FailingPoller(poller, fault);
            poller.wakeup();
        } else if (clock != null) {
            clock.fault = fault;
            loop.wakeup();
        }
    }

    private static RegisteredChannel register(SelectableChannel channel) throws IOException {
        return AnyIO.service(Owners.class).open("test", HOLDER).reactor().register(channel);
    }

    private static <T> T within10Seconds(CompletableFuture<T> future) throws ExecutionException {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("it is not told", e);
        }
    }

    /** The outcome of code on a thread of its own, or what it throws. */
    private static CompletableFuture<Object> onAThread(CompletableFuture<?> begin, Body code) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                begin.join();
                outcome.complete(String.valueOf(code.run()));
            } catch (Throwable e) {
                outcome.complete(e);
            }
        });
        return outcome;
    }

    private interface Body {
        @Nullable
        Object run() throws Exception;
    }

    @EachBackend
    void everybodyIsTold(String backend) throws Exception {
        for (Culprit culprit : Culprit.values()) {
            Fault fault = new Fault();
            FailingClock clock = new FailingClock(culprit);
            Pipe pipe = Pipe.open();
            CompletableFuture<RegisteredChannel> registered = new CompletableFuture<>();
            CompletableFuture<io.anyio.api.thread.BlockingPortal> opened = new CompletableFuture<>();
            CompletableFuture<Object> neighbour = onAThread(registered,
                    () -> AnyIO.call(() -> registered.join().awaitReadable(), o -> o.backend(backend)));
            CompletableFuture<Object> called = onAThread(opened, () -> opened.join().call(() -> {
                AnyIO.sleepForever();
                return 1;
            }));
            CompletableFuture<Object> spawned = onAThread(opened,
                    () -> opened.join().spawn(() -> AnyIO.sleepForever()).get());
            AtomicReference<Throwable> own = new AtomicReference<>();
            CompletableFuture<Object> cleaned = new CompletableFuture<>();
            CompletableFuture<Object> run = onAThread(CompletableFuture.completedFuture(1), () -> {
                AnyIO.run(() -> AnyIO.createBlockingPortal().run(portal -> {
                    registered.complete(register(pipe.source()));
                    opened.complete(portal);
                    try {
                        while (loopOf(neighbour, called, spawned) < 2) {
                            AnyIO.sleep(Duration.ofMillis(1));
                        }
                        breakLoop(culprit, fault, clock);
                        AnyIO.sleepForever();
                    } catch (CancelledError e) {
                        own.set(e);
                        AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.sleep(Duration.ofMillis(3)));
                        cleaned.complete(1);
                        throw e;
                    }
                }), o -> o.backend(backend).clock(clock));
                return null;
            });
            LoopClosedException thrown = assertInstanceOf(LoopClosedException.class, within10Seconds(run));
            assertSame(fault, thrown.getCause());
            within10Seconds(cleaned);
            assertInstanceOf(CancelledError.class, own.get());
            Throwable foreign = assertInstanceOf(ClosedResourceException.class, within10Seconds(neighbour));
            assertSame(fault, foreign.getCause());
            assertSame(fault, assertInstanceOf(LoopClosedException.class, within10Seconds(called)).getCause());
            Throwable failed = assertInstanceOf(ExecutionException.class, within10Seconds(spawned)).getCause();
            assertSame(fault, assertInstanceOf(LoopClosedException.class, failed).getCause());
            assertFalse(pipe.source().isOpen());
            assertThrows(IOException.class, () -> pipe.sink().write(ByteBuffer.allocate(1)));
            pipe.sink().close();
        }
    }

    /** How many tasks the portal has, by and by. */
    private static int loopOf(CompletableFuture<?>... notYet) {
        for (CompletableFuture<?> each : notYet) {
            assertFalse(each.isDone(), () -> String.valueOf(each.join()));
        }
        return AnyIO.getRunningTasks().size() - 1;
    }

    @EachBackend("carrier")
    void anOwnerWhoseLoopBrokeRefusesWhatComesLater(String backend) throws Exception {
        Owner owner = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(2)).open("Network", HOLDER);
        Fault fault = new Fault();
        CompletableFuture<Loop> loop = new CompletableFuture<>();
        CompletableFuture<Object> called = onAThread(CompletableFuture.completedFuture(1), () -> owner.call(() -> {
            loop.complete(loop());
            breakLoop(Culprit.POLLER, fault, null);
            AnyIO.sleepForever();
            return 1;
        }));
        LoopClosedException thrown = assertInstanceOf(LoopClosedException.class, within10Seconds(called));
        assertSame(fault, thrown.getCause());
        assertEquals(1, thrown.getSuppressed().length, "how the call ended");
        assertInstanceOf(CancelledError.class, thrown.getSuppressed()[0]);
        assertSame(fault, assertThrows(LoopClosedException.class, () -> owner.spawn("late", () -> 1)).getCause());
        assertSame(fault, assertThrows(LoopClosedException.class, owner::reactor).getCause());
        assertTrue(loop.join().awaitEnd(TimeUnit.SECONDS.toNanos(10)));
        owner.close();
    }

    /** Its caller gets what exists, as it does if a cancellation comes too late. */
    @EachBackend
    void aCallThatReturnsInABrokenLoopHasItsValue(String backend) {
        LoopRuntime runtime = new LoopRuntime();
        HolderOwners owners = new HolderOwners(runtime, Duration.ofSeconds(2), LoopOptions.DEFAULT.backend(backend));
        Fault fault = new Fault();
        AtomicReference<Throwable> cause = new AtomicReference<>();
        assertEquals(7, owners.open("EventLoop", HOLDER).call(() -> {
            try {
                breakLoop(Culprit.POLLER, fault, null);
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                cause.set(loop().breakage.cause());
            }
            return 7;
        }));
        assertSame(fault, cause.get());
        owners.close();
    }

    @EachBackend
    void aTaskOfAnotherLoopIsToldOfTheRegularEnd(String backend) throws Exception {
        Pipe pipe = Pipe.open();
        CompletableFuture<RegisteredChannel> registered = new CompletableFuture<>();
        CompletableFuture<Object> waiting = new CompletableFuture<>();
        CompletableFuture<Object> neighbour = onAThread(registered, () -> AnyIO.call(() -> {
            waiting.complete(1);
            return registered.join().awaitReadable();
        }, o -> o.backend(backend)));
        AnyIO.run(() -> {
            registered.complete(register(pipe.source()));
            waiting.join();
        }, o -> o.backend(backend));
        assertEquals("false", within10Seconds(neighbour));
        AnyIO.run(() -> {
            registered.join().close();
            assertFalse(registered.join().awaitReadable());
        }, o -> o.backend(backend));
        pipe.sink().close();
    }

    @EachBackend
    void aClockThatCannotBeAttachedLeavesNothing(String backend) {
        Fault fault = new Fault();
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return 1;
            }

            @Override
            public Ticker attach(Runnable wakeup) {
                wakeup.run();
                throw fault;
            }
        };
        assertSame(fault, assertThrows(Fault.class, () -> AnyIO.run(() -> {}, o -> o.backend(backend).clock(clock))));
    }

    @AnyioTest
    void aChannelThatCannotBeToldIsClosedAndNothingElse() throws IOException {
        Pipe pipe = Pipe.open();
        Fault fault = new Fault();
        CompletableFuture<Throwable> lost = new CompletableFuture<>();
        Registration registration = loop().prepare(pipe.source());
        registration.begin(new Selectable() {
            @Override
            public void ready(int ops) {
                throw fault;
            }

            @Override
            public void lost(@Nullable Throwable cause) {
                lost.complete(cause);
                throw fault;
            }
        });
        registration.arm(Selectable.READ);
        pipe.sink().write(ByteBuffer.allocate(1));
        while (!lost.isDone()) {
            AnyIO.sleep(Duration.ofMillis(1));
        }
        assertSame(fault, lost.join());
        assertNull(loop().breakage.cause());
        registration.close();
        pipe.sink().close();
    }

    @AnyioTest
    void aTimerAndAnObserverThatFailTakeNothingAlong() {
        Fault fault = new Fault();
        loop().schedule(new Timer() {
            @Override
            public void fire() {
                throw fault;
            }
        }, loop().clock.nanoTime());
        loop().schedule(new Timer() {
            @Override
            public void expire() {
                throw fault;
            }

            @Override
            public void fire() {}
        }, loop().clock.nanoTime());
        loop().whenAllBlocked(() -> {
            throw fault;
        });
        AnyIO.waitAllTasksBlocked();
        AnyIO.sleep(Duration.ofMillis(1));
        assertNull(loop().breakage.cause());
    }
}
