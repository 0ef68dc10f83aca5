package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.impl.spin.EarlyLinks;
import io.anyio.net.socket.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.junit.jupiter.api.Test;

/**
 * What begins, cancels, fails, leaves, waits or wakes links nothing when it is first reached.
 *
 * <p>The JVM links a lambda, a switch over types or enums of other classes, the methods of a record, and a use of a
 * method handle then; also those uses that are in the JDK's atomics, queues and futures ({@link JdkLinks}), unless
 * {@link EarlyLinks} has them made before. That takes more stack than there may be, and what fails at it may be spoilt
 * for the rest of the JVM's life: each later call throws a {@code BootstrapMethodError} or
 * {@code NoClassDefFoundError}.
 */
class LazyLinksTest {
    private static final Set<String> ENTRIES = Set.of("Scope.run", "Scope.cancel", "LimitedScope.cancel",
            "Scope.decide", "Scope.deliver",
            "LimitedScope.startGrace", "Scope.enter", "Scope.exit", "Scope.exitGroup", "Limit.fire", "Limit.expire",
            "Scope.error", "Scope.failIfTimedOut", "Task.launch", "Task.start", "Task.notStarted", "Task.runBody",
            "Task.end", "Task.cancel", "Task.checkpoint", "ContextTask.sleepUntil", "Task.awaitEnd", "Task.await",
            "Group.spawn", "Group.start", "Group.cancel", "Group.childEnded", "Group.runGroup", "StartingChild.set",
            "Waiter.await", "Waiter.wake", "Wait.grant", "Waiter.cancellationArrived", "Wait.tryCancel",
            "WaitQueue.wakeAll",
            "Sleep.until", "Sleep.fire", "OneTimeEvent.set", "OneTimeEvent.await", "FairLock.acquire",
            "FairLock.release", "FairSemaphore.acquire", "FairSemaphore.release", "TokenLimiter.acquire",
            "TokenLimiter.release", "LockCondition.await", "LockCondition.signal", "Channel.send", "Channel.receive",
            "Channel.close", "Pipe.send", "Pipe.awaitBytes", "Pipe.closeSender", "InterruptibleRegion.run",
            "WorkerCall.await", "LoopChannel.awaitReadable", "LoopChannel.awaitWritable", "LoopChannel.ready",
            "LoopChannel.lost", "Portal.stop", "Awaiting.until", "AnyIO.sleep", "AnyIO.sleepUntil",
            "AnyIO.sleepForever", "AnyIO.checkpoint", "AnyIO.openCancelScope", "AnyIO.moveOnAfter", "AnyIO.moveOnAt",
            "AnyIO.failAfter", "AnyIO.failAt", "AnyIO.createTaskGroup", "AnyIO.interruptibly", "AnyIO.closeForcefully",
            "AnyIO.runInWorkerThread", "AnyIO.runFromThread", "AnyIO.createLock", "AnyIO.createEvent",
            "AnyIO.createCondition", "AnyIO.createResourceGuard", "AnyIO.createMemoryObjectStream",
            "AnyIO.createBlockingPortal", "PortalStart.set", "Operation.begin", "Operation.tryBegin",
            "Operation.end", "Endpoint.beginReceiving", "Endpoint.endReceiving", "Endpoint.beginSending",
            "Endpoint.endSending", "Endpoint.checkOpen", "AnyIO.createSemaphore", "AnyIO.createCapacityLimiter",
            "Portal.spawn", "Portal.call", "Portal.start", "Endpoint.close", "LoopChannel$Freed.run");

    private static final List<Class<?>> OURS = List.of(AnyIO.class, LoopRuntime.class, Endpoint.class);

    private static final Map<String, String> EXCEPT = Map.of(
            "LoopRuntime.service", "what is reached from here it has in fields: it links only for services of others",
            "CarrierThreads.sharedFactory", "linked by the first virtual worker of a JVM",
            "CarrierThreads.currentCarrier", "linked when a loop is opened",
            "CarrierThreads.continuationOf", "linked by the first task of a JVM, the main one of its run",
            "SelectorPoller.flush", "done on the stack of the loop's thread, never on a task's",
            "PoolLoop.flush", "done by the loop's thread, and by others once it has ended",
            "Libc.signal", "linked when a loop is opened",
            "Libc.epollControl", "linked when a loop is opened",
            "Libc.checked", "an error of the system's, which there is not");

    @Test
    void nothingIsLinkedLateWhereTheStackMayEnd() throws Exception {
        CallGraph graph = CallGraph.of(OURS);
        assertEquals("", String.join("\n", graph.waysToLinks(ENTRIES, EXCEPT.keySet(), graph.links(EarlyLinks.class))));
        assertEquals(Set.of(), graph.missing(EXCEPT.keySet()), "exceptions for methods that are not there");
    }

    @Test
    void whatIsLinkedLateIsFound() throws Exception {
        CallGraph graph = CallGraph.of(OURS);
        graph.read(Late.class.getResourceAsStream("LazyLinksTest$Late.class").readAllBytes());
        String late = "LazyLinksTest$Late.";
        assertEquals(
                List.of(late + "begin > " + late + "atomic [java/util/concurrent/atomic/AtomicBoolean.setRelease]",
                        late + "begin > " + late + "compared > " + late + "equals [bootstrap]",
                        late + "begin > " + late + "future [java/util/concurrent/CompletableFuture.complete]",
                        late + "begin > " + late + "lambda [metafactory]",
                        late + "begin > " + late + "switched [typeSwitch]", "There is no Scope.unknown"),
                graph.waysToLinks(Set.of(late + "begin", "Scope.unknown"), Set.of(), Set.of()));
    }

    @SuppressWarnings("unused")
    private record Late(Object what) {
        private static final AtomicBoolean FLAG = new AtomicBoolean();
        private static final AtomicIntegerFieldUpdater<Volatile> UPDATER = AtomicIntegerFieldUpdater.newUpdater(
                Volatile.class, "flag");

        private static final class Volatile {
            volatile int flag;
        }

        void begin() {
            lambda();
            atomic();
            future(new CompletableFuture<>());
            switched();
            compared();
        }

        private Runnable lambda() {
            return () -> {};
        }

        /** Links in its release, and in nothing else. */
        private void atomic() {
            FLAG.set(FLAG.get() || UPDATER.compareAndSet(new Volatile(), 0, 1));
            FLAG.setRelease(false);
        }

        /** The uses are in other methods of its class. */
        private void future(CompletableFuture<String> future) {
            future.complete("");
        }

        private int switched() {
            return switch (what) {
                case String _ -> 1;
                case Integer _ -> 2;
                default -> 3;
            };
        }

        private boolean compared() {
            return new Late(what).equals(this);
        }
    }
}
