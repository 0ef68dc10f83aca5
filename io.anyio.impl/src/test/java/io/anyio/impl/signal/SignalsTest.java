package io.anyio.impl.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.signal.Signal;
import io.anyio.api.signal.SignalReceiver;
import io.anyio.api.signal.Signals;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** With real signals, of which none would end the JVM if a test failed to receive it. */
class SignalsTest {
    private final Signals signals = AnyIO.service(Signals.class);

    /** Sends a signal to this JVM. */
    static void send(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-s", name, Long.toString(ProcessHandle.current().pid())).start();
        int exit = AnyIO.runInWorkerThread(() -> kill.waitFor());
        assertEquals(0, exit);
    }

    /** Who handles a signal now. */
    private static Object handler(String name) {
        JdkSignals jdk = JdkSignals.find();
        Object probe = jdk.handler(() -> {});
        Object found = jdk.replace(jdk.named(name), probe);
        assertSame(probe, jdk.replace(jdk.named(name), found));
        return found;
    }

    /** The JDK's own handlers get a new wrapper with each call. */
    private static String inner(Object handler) {
        return handler.toString().replaceFirst(".*<", "<");
    }

    @AnyioTest @Proves({"SG-01", "SG-02", "SG-09"})
    void signalsAreReceivedInTheOrderOfTheirArrival() throws Exception {
        try (SignalReceiver receiver = signals.openSignalReceiver("WINCH", "URG", "CONT")) {
            List<String> names = new ArrayList<>();
            send("URG");
            for (Signal signal : receiver) {
                names.add(signal.name());
                assertTrue(signal.number() > 0, signal::toString);
                if (names.size() == 4) {
                    break;
                }
                send(names.size() == 2 ? "CONT" : "WINCH");
            }
            assertEquals(List.of("URG", "WINCH", "CONT", "WINCH"), names);
        }
    }

    /** The second receiver tells when the signal is there. It is the later one, so the first has it already. */
    @AnyioTest @Proves({"SG-02", "SG-03"})
    void signalsThatNobodyAwaitsAreKept() throws Exception {
        try (SignalReceiver receiver = signals.openSignalReceiver("WINCH", "URG");
                SignalReceiver witness = signals.openSignalReceiver("WINCH", "URG")) {
            for (String name : List.of("URG", "WINCH", "WINCH", "URG")) {
                send(name);
                assertEquals(name, witness.receive().name());
            }
            assertEquals("URG", receiver.receive().name());
            assertEquals("WINCH", receiver.receive().name());
            assertEquals("WINCH", receiver.receive().name());
            assertEquals("URG", receiver.receive().name());
            assertEquals(0, receiver.dropped());
        }
    }

    @AnyioTest @Proves("SG-04")
    void aSignalThatIsNamedTwiceArrivesOnce() throws Exception {
        try (SignalReceiver receiver = signals.openSignalReceiver("WINCH", "SIGWINCH", "WINCH", "URG")) {
            send("WINCH");
            assertEquals("WINCH", receiver.receive().name());
            send("URG");
            assertEquals("URG", receiver.receive().name());
        }
    }

    @AnyioTest @Proves("SG-05")
    void thePreviousHandlingIsRestored() throws Exception {
        String before = inner(handler("USR1"));
        try (SignalReceiver _ = signals.openSignalReceiver("USR1")) {
            assertNotEquals(before, inner(handler("USR1")));
        }
        assertEquals(before, inner(handler("USR1")));
        assertThrows(IOException.class, () -> {
            try (SignalReceiver _ = signals.openSignalReceiver("USR1", "TERM")) {
                throw new IOException("of the body");
            }
        });
        assertEquals(before, inner(handler("USR1")));
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            try (SignalReceiver receiver = signals.openSignalReceiver("USR1")) {
                scope.cancel();
                receiver.receive();
            }
        });
        assertEquals(before, inner(handler("USR1")));
    }

    @AnyioTest @Proves("SG-05")
    void aHandlerThatOtherCodeHasInstalledSinceStays() {
        JdkSignals jdk = JdkSignals.find();
        Object system = jdk.named("WINCH");
        Object theirs = jdk.handler(() -> {});
        Object before;
        try (SignalReceiver _ = signals.openSignalReceiver("WINCH")) {
            before = jdk.replace(system, theirs);
        }
        try {
            assertSame(theirs, handler("WINCH"));
        } finally {
            jdk.replace(system, before);
        }
        // ours, which does nothing any more
        try (SignalReceiver _ = signals.openSignalReceiver("WINCH")) {
            assertNotSame(before, handler("WINCH"));
        }
    }

    @AnyioTest @Proves({"SG-06", "SG-07"})
    void aReceiveIsCancelled() throws Exception {
        AtomicReference<SignalReceiver> left = new AtomicReference<>();
        Event ended = AnyIO.createEvent();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("receive", () -> {
                try (SignalReceiver receiver = signals.openSignalReceiver("WINCH")) {
                    left.set(receiver);
                    for (Signal _ : receiver) {
                        throw new AssertionError("no signal was sent");
                    }
                    throw new AssertionError("the iteration has ended");
                } catch (CancelledError e) {
                    ended.set();
                    throw e;
                }
            });
            AnyIO.waitAllTasksBlocked();
            group.cancelScope().cancel();
        });
        assertTrue(ended.isSet());
        assertThrows(ClosedResourceException.class, () -> left.get().receive());
    }

    @AnyioTest @Proves("SG-07")
    void theBlockMayCatchTheCancellationAndGoOnReceiving() throws Exception {
        try (SignalReceiver receiver = signals.openSignalReceiver("WINCH")) {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                receiver.receive();
            });
            assertTrue(scope.cancelledCaught());
            send("WINCH");
            assertEquals("WINCH", receiver.receive().name());
        }
    }

    @AnyioTest @Proves("SG-11")
    void allReceiversOfASignalGetIt() throws Exception {
        Object before = handler("WINCH");
        try (SignalReceiver first = signals.openSignalReceiver("WINCH")) {
            try (SignalReceiver second = signals.openSignalReceiver("WINCH", "URG")) {
                send("WINCH");
                assertEquals("WINCH", first.receive().name());
                assertEquals("WINCH", second.receive().name());
            }
            assertNotSame(before, handler("WINCH"));
            send("WINCH");
            assertEquals("WINCH", first.receive().name());
        }
        assertSame(before, handler("WINCH"));
    }

    @AnyioTest @Proves("SG-10")
    void whatCannotBeReceivedIsRefusedAndNothingIsTaken() {
        Object before = handler("WINCH");
        for (String name : List.of("KILL", "STOP", "SEGV", "QUIT", "SIGQUIT")) {
            IllegalArgumentException kept = assertThrows(IllegalArgumentException.class,
                    () -> signals.openSignalReceiver("WINCH", name));
            assertTrue(kept.getMessage().contains("keeps it for itself"), kept::getMessage);
        }
        for (String name : List.of("NOPE", "", "SIG", "winch", "28")) {
            IllegalArgumentException unknown = assertThrows(IllegalArgumentException.class,
                    () -> signals.openSignalReceiver("WINCH", name));
            assertTrue(unknown.getMessage().startsWith("This system has no signal '"), unknown::getMessage);
        }
        IllegalArgumentException none = assertThrows(IllegalArgumentException.class, signals::openSignalReceiver);
        assertTrue(none.getMessage().contains("no signal: name at least one"), none::getMessage);
        assertSame(before, handler("WINCH"));
    }

    @AnyioTest @Proves("SG-10")
    void theSignalsOfAllDaysAreReceived() throws Exception {
        try (SignalReceiver receiver = signals.openSignalReceiver("USR1", "TERM", "INT", "HUP", "WINCH", "CHLD")) {
            for (String name : List.of("USR1", "WINCH")) {
                send(name);
                String got = receiver.receive().name();
                while (got.equals("CHLD")) {
                    got = receiver.receive().name();
                }
                assertEquals(name, got);
            }
        }
    }

    @AnyioTest
    void aCancelledCallTakesNothing() {
        Object before = handler("WINCH");
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel();
            signals.openSignalReceiver("WINCH");
        });
        assertTrue(scope.cancelledCaught());
        assertSame(before, handler("WINCH"));
    }

    @AnyioTest
    void aCloseWakesTheTasksThatReceive() throws Exception {
        SignalReceiver receiver = signals.openSignalReceiver("WINCH", "URG");
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("receive", () -> {
                ClosedResourceException closed = assertThrows(ClosedResourceException.class, receiver::receive);
                assertEquals("The receiver of the signals WINCH, URG is closed", closed.getMessage());
            });
            AnyIO.waitAllTasksBlocked();
            receiver.close();
            receiver.close();
        });
    }

    @AnyioTest
    void anOrdinaryThreadMayOpenButNotReceive() throws Exception {
        AnyIO.runInWorkerThread(() -> {
            try (SignalReceiver receiver = signals.openSignalReceiver("WINCH")) {
                NoEventLoopException none = assertThrows(NoEventLoopException.class, receiver::receive);
                assertTrue(none.getMessage().startsWith("SignalReceiver.receive"), none::getMessage);
            }
        });
    }

    @AnyioTest
    void signalsBeyondTheCapacityAreDroppedAndCounted() throws Exception {
        Inbox inbox;
        try (var queue = AnyIO.<Signal>createMemoryObjectStream(2)) {
            inbox = new Inbox(queue.sender());
            for (int i = 1; i <= 5; i++) {
                inbox.accept(new Signal("WINCH", i));
            }
            assertEquals(1, queue.receiver().receive().number());
            assertEquals(2, queue.receiver().receive().number());
        }
        assertEquals(3, inbox.dropped());
        inbox.accept(new Signal("WINCH", 6));
        assertEquals(3, inbox.dropped());
        assertFalse(handler("WINCH").toString().contains("io.anyio"));
    }

    @AnyioTest
    void aReceiveIsOneCheckpoint() throws Exception {
        TaskContext task = TaskContext.current("test");
        try (SignalReceiver receiver = signals.openSignalReceiver("WINCH");
                SignalReceiver witness = signals.openSignalReceiver("WINCH")) {
            send("WINCH");
            witness.receive();
            AnyIO.sleep(Duration.ZERO);
            long before = task.checkpointMark();
            task.checkpoint();
            long one = task.checkpointMark() - before;
            receiver.receive();
            assertEquals(before + 2 * one, task.checkpointMark());
        }
    }

    @AnyioTest @Proves("SG-11")
    void aReceiverThatFailsKeepsNoOtherFromItsSignal() throws Exception {
        Consumer<Signal> failing = _ -> {
            throw new OutOfMemoryError("of the test");
        };
        try (SignalReceiver first = signals.openSignalReceiver("WINCH")) {
            Hub.OF_PROCESS.add(failing, Set.of("WINCH"));
            try (SignalReceiver last = signals.openSignalReceiver("WINCH")) {
                send("WINCH");
                assertEquals("WINCH", first.receive().name());
                assertEquals("WINCH", last.receive().name());
            } finally {
                Hub.OF_PROCESS.remove(failing);
            }
        }
    }

    @Test
    void aSignalForWhichThereIsNoMemoryIsCounted() {
        @SuppressWarnings("unchecked")
        MemoryObjectSendStream<Signal> full = (MemoryObjectSendStream<Signal>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[]{MemoryObjectSendStream.class}, (_, _, _) -> {
                    throw new OutOfMemoryError("of the test");
                });
        Inbox inbox = new Inbox(full);
        assertThrows(OutOfMemoryError.class, () -> inbox.accept(new Signal("WINCH", 28)));
        assertEquals(1, inbox.dropped());
    }

    /** What the JDK would refuse to install again. */
    @AnyioTest @Proves("SG-05")
    void aReceiverIsClosedAndOtherSignalsAreGivenBackIfOneCannotBe() throws Exception {
        List<Object> before = List.of(handler("WINCH"), handler("URG"));
        for (String spoilt : List.of("WINCH", "URG")) {
            SignalReceiver receiver = signals.openSignalReceiver("WINCH", "URG");
            Object kept = spoil(spoilt, "no handler");
            assertThrows(IllegalArgumentException.class, receiver::close);
            assertThrows(ClosedResourceException.class, receiver::receive);
            String other = spoilt.equals("URG") ? "WINCH" : "URG";
            assertSame(before.get(other.equals("URG") ? 1 : 0), handler(other));
            spoil(spoilt, kept);
            // the next close tries again
            signals.openSignalReceiver(other).close();
            assertEquals(before, List.of(handler("WINCH"), handler("URG")));
        }
    }

    /** Changes what is to be given back of a signal that is taken. */
    private static Object spoil(String name, Object by) throws ReflectiveOperationException {
        Field taken = Hub.class.getDeclaredField("taken");
        taken.setAccessible(true);
        Object signal = ((Map<?, ?>) taken.get(Hub.OF_PROCESS)).get(name);
        Field before = SystemSignal.class.getDeclaredField("before");
        before.setAccessible(true);
        Object kept = before.get(signal);
        before.set(signal, by);
        return kept;
    }
}
