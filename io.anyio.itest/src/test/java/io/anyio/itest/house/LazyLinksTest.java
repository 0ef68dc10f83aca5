package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.impl.owner.LoopRuntime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What begins, cancels, fails, leaves, waits or wakes links nothing when it is first reached.
 *
 * <p>The JVM links a lambda, a switch over types or enums of other classes, the methods of a record, and a use of a
 * method handle then. That takes more stack than there may be, and what fails at it may be spoilt for the rest of the
 * JVM's life: each later call throws a {@code BootstrapMethodError} or {@code NoClassDefFoundError}.
 */
class LazyLinksTest {
    private static final Set<String> ENTRIES = Set.of("Scope.run", "Scope.cancel", "Scope.decide", "Scope.deliver",
            "Scope.startGrace", "Scope.enter", "Scope.exit", "Scope.exitGroup", "Limit.fire", "Limit.expire",
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
            "AnyIO.runInWorkerThread", "AnyIO.runFromThread");

    private static final Map<String, String> EXCEPT = Map.of(
            "LoopRuntime.service", "what is reached from here it has in fields: it links only for services of others",
            "CarrierThreads.sharedFactory", "linked by the first virtual worker of a JVM",
            "CarrierThreads.currentCarrier", "linked when a loop is opened",
            "CarrierThreads.continuationOf", "linked by the first task of a JVM, the main one of its run",
            "Libc.signal", "linked when a loop is opened",
            "Libc.epollControl", "linked when a loop is opened",
            "Libc.checked", "an error of the system's, which there is not");

    @Test
    void nothingIsLinkedLateWhereTheStackMayEnd() throws Exception {
        CallGraph graph = CallGraph.of(List.of(AnyIO.class, LoopRuntime.class));
        assertEquals("", String.join("\n", graph.waysToLinks(ENTRIES, EXCEPT.keySet())));
        assertEquals(Set.of(), graph.missing(EXCEPT.keySet()), "exceptions for methods that are not there");
    }

    @Test
    void whatIsLinkedLateIsFound() throws Exception {
        CallGraph graph = CallGraph.of(List.of(AnyIO.class, LoopRuntime.class));
        graph.read(Late.class.getResourceAsStream("LazyLinksTest$Late.class").readAllBytes());
        String late = "LazyLinksTest$Late.";
        assertEquals(
                List.of(late + "begin > " + late + "compared > " + late + "equals [bootstrap]",
                        late + "begin > " + late + "lambda [metafactory]",
                        late + "begin > " + late + "switched [typeSwitch]", "There is no Scope.unknown"),
                graph.waysToLinks(Set.of(late + "begin", "Scope.unknown"), Set.of()));
    }

    @SuppressWarnings("unused")
    private record Late(Object what) {
        void begin() {
            lambda();
            switched();
            compared();
        }

        private Runnable lambda() {
            return () -> {};
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
