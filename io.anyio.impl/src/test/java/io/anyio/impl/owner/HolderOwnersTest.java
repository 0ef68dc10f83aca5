package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.channel.LoopReactor;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.Run;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.TimedWait;
import io.anyio.proof.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** An owner ends with its holder, in whatever order it is opened, released and ended. */
class HolderOwnersTest extends OnEachBackend {
    private static final long ID = 7;

    private final LoopRuntime runtime = new LoopRuntime();
    private final HolderOwners owners = new HolderOwners(runtime, Duration.ofSeconds(20), options);
    private final AtomicBoolean stopped = new AtomicBoolean();

    HolderOwnersTest(String backend) {
        super(backend);
    }

    private static Holder holder(AtomicBoolean stopped) {
        return new Holder(ID, "test", null, stopped::get);
    }

    @AfterEach
    void close() {
        owners.close();
        assertEquals(Set.of(), runtime.runs());
    }

    @Test @Proves("OW-06")
    void whatIsNotReleasedEndsWithItsHolder() {
        Owner owner = owners.open("EventLoop", holder(stopped));
        TaskHandle<?> task = owner.spawn("sleeps", () -> {
            AnyIO.sleepForever();
            return null;
        });
        owners.end(ID);
        assertEquals(TaskHandle.Status.PENDING, task.status(),
                "its holder has not stopped: the event is one of a former life");
        stopped.set(true);
        owners.end(ID + 1);
        assertEquals(TaskHandle.Status.PENDING, task.status());
        owners.end(ID);
        assertEquals(TaskHandle.Status.CANCELLED, task.status());
        assertThrows(LoopClosedException.class, () -> owner.spawn("late", () -> null));
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("anyio-test")).toList();
    }

    @Test @Proves({"OW-01", "OW-02"})
    void whatIsOnlyHeldHasNoThread() {
        Owner loop = owners.open("EventLoop", holder(stopped));
        Owner network = owners.open("Network", holder(stopped));
        EventLoop service = new OwnedEventLoop(loop);
        assertFalse(service.backend().isEmpty());
        network.register(() -> {});
        owners.open("unused", holder(stopped)).close();
        assertEquals(Set.of(), runtime.runs());
        assertEquals(List.of(), threads());
        assertSame(network.call(() -> Task.current("test").loop), service.call(() -> Task.current("test").loop));
        assertEquals(1, runtime.runs().size());
        assertEquals(1, threads().size());
    }

    @Test @Proves("OW-11")
    void anOwnerThatIsOpenedTooLateIsClosed() {
        stopped.set(true);
        Owner owner = owners.open("EventLoop", holder(stopped));
        String message = assertThrows(LoopClosedException.class, () -> owner.spawn("late", () -> null)).getMessage();
        assertTrue(message.contains("EventLoop") && message.contains("test"), message);
    }

    @Test @Proves("OW-12")
    void aResourceThatIsMadeWhileItsOwnerClosesIsClosed() {
        Owner owner = owners.open("Network", holder(stopped));
        int[] closed = new int[1];
        owner.register(() -> closed[0] += 1);
        owner.close();
        assertEquals(1, closed[0]);
        assertThrows(LoopClosedException.class, () -> owner.register(() -> closed[0] += 10));
        assertEquals(11, closed[0]);
    }

    @Test
    void nothingIsOpenedOnceTheOwnersHaveEnded() {
        Owner open = owners.open("EventLoop", holder(stopped));
        TaskHandle<?> task = open.spawn("sleeps", () -> {
            AnyIO.sleepForever();
            return null;
        });
        owners.close();
        assertEquals(TaskHandle.Status.CANCELLED, task.status());
        Owner late = owners.open("EventLoop", holder(stopped));
        assertThrows(LoopClosedException.class, () -> late.spawn("late", () -> null));
    }

    @Test @Proves("OW-16")
    void aHolderThatStartsAgainHasNothingOfItsFormerLife() {
        Owner before = owners.open("EventLoop", holder(stopped));
        before.spawn("sleeps", () -> {
            AnyIO.sleepForever();
            return null;
        });
        Loop former = loopOf(before);
        stopped.set(true);
        Owner after = owners.open("EventLoop", holder(new AtomicBoolean()));
        assertNotSame(former, loopOf(after));
        assertEquals(1, after.call(() -> 1));
        owners.end(ID);
        assertThrows(LoopClosedException.class, () -> before.spawn("late", () -> null));
        assertEquals(2, after.call(() -> 2));
    }

    @Test @Proves("OW-31")
    void theGraceIsReadWhenAnEndBegins() {
        Owner owner = owners.open("EventLoop", holder(stopped));
        owners.grace(Duration.ofMillis(5));
        assertEquals(Duration.ofMillis(5), owner.graceLeft());
    }

    private static Loop loopOf(Owner owner) {
        return ((LoopReactor) owner.reactor()).loop();
    }

    /** A portal of the same holder has a loop of its own. */
    @Test
    void aTaskOfTheHolderHasTheReactorOfItsLoopAndAllOthersThatOfTheOwners() {
        Owner owner = owners.open("Network", holder(stopped));
        Owner other = owners.open("Network", new Holder(ID + 1, "other", null, () -> false));
        Run portal = runtime.open(options, holder(stopped));
        Loop shared = owner.call(() -> Task.current("test").loop);
        assertSame(shared, loopOf(owner));
        assertSame(shared, owner.call(() -> loopOf(owner)));
        assertSame(shared, other.call(() -> loopOf(owner)));
        CompletableFuture<Loop> found = new CompletableFuture<>();
        new Supervisor(portal).spawn("task of a portal", () -> found.complete(loopOf(owner)));
        assertSame(portal.loop, found.join());
        portal.loop.finish();
        TimedWait.patiently(Long.MAX_VALUE, portal.loop::awaitEnd);
    }

    @Test
    void aServiceThatWasReleasedHasNoReactorThoughTheLoopGoesOn() {
        Owner rest = owners.open("EventLoop", holder(stopped));
        assertEquals(1, rest.call(() -> 1));
        Owner released = owners.open("Network", holder(stopped));
        released.close();
        String message = assertThrows(LoopClosedException.class, released::reactor).getMessage();
        assertTrue(message.startsWith("The service Network of test ended"), message);
        assertEquals(2, rest.call(() -> 2));
    }

    @Test
    void aCallThatATaskMustNotMakeIsRefusedByItsName() {
        List<String> names = new ArrayList<>();
        EventLoop service = new OwnedEventLoop(owners.open("EventLoop", holder(stopped)));
        service.run(() -> {
            for (Executable call : List.<Executable>of(() -> service.run(() -> {}), () -> service.call(() -> 1))) {
                String message = assertThrows(IllegalStateException.class, call).getMessage();
                names.add(message.substring(0, message.indexOf(" was called")));
            }
        });
        assertEquals(List.of("EventLoop.run", "EventLoop.call"), names);
    }

    /** Whoever comes last ends it: the one who opens, or the one who sweeps. */
    @Test @Proves("OW-11")
    void openingWhileTheHolderStopsLeavesNothing() throws Exception {
        for (int round = 0; round < 300; round++) {
            AtomicBoolean life = new AtomicBoolean();
            CyclicBarrier together = new CyclicBarrier(2);
            FutureTask<?> opener = new FutureTask<>(() -> {
                together.await();
                try {
                    owners.open("EventLoop", holder(life)).spawn("sleeps", () -> {
                        AnyIO.sleepForever();
                        return null;
                    });
                } catch (LoopClosedException _) {
                    // it came too late
                }
                return null;
            });
            Thread.ofPlatform().start(opener);
            together.await();
            life.set(true);
            owners.end(ID);
            opener.get();
            assertEquals(Set.of(), runtime.runs(), "round " + round);
        }
    }
}
