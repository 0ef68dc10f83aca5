package io.anyio.impl.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.signal.SignalReceiver;
import io.anyio.api.signal.Signals;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.LoopClosedException;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.impl.stream.MemoryStreamFactory;
import io.anyio.proof.ChildJvm;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Signals that would end the JVM, a JVM without signals, and what ends a receiver that was not closed. */
class SignalsInChildTest {
    /** Sends itself the signal that ends a JVM, and says what becomes of it. */
    public static final class Terminated {
        private Terminated() {}

        @SuppressWarnings("SystemOut") // what the parent reads
        public static void main(String[] arguments) throws Exception {
            AnyIO.run(() -> {
                try (SignalReceiver receiver = AnyIO.service(Signals.class).openSignalReceiver("TERM")) {
                    SignalsTest.send("TERM");
                    System.out.println("received " + receiver.receive());
                } catch (UnsupportedOperationException e) {
                    System.out.println(e.getMessage());
                }
            }, o -> o.backend(arguments[0]));
        }
    }

    @EachBackend @Proves("SG-08")
    void theUsualActionDoesNotHappen(String backend) throws IOException, InterruptedException {
        ChildJvm.of(Terminated.class, ChildJvm.CARRIER).run(backend).well()
                .says("received Signal[name=TERM, number=15]");
    }

    @Test
    void signalsNeedNoFlag() throws IOException, InterruptedException {
        ChildJvm.of(Terminated.class).run("pool").well().says("received Signal[name=TERM, number=15]");
    }

    @EachBackend @Proves("SG-12")
    void aJvmWithoutSignalsSaysSo(String backend) throws IOException, InterruptedException {
        ChildJvm.of(Terminated.class, ChildJvm.CARRIER, "--limit-modules=java.base,java.logging,java.management")
                .run(backend).well().says("Signals are not available, because the package sun.misc is missing");
    }

    /** The run ends although its receiver was forgotten, and gives the signal back. */
    @EachBackend @Proves("SG-05")
    void theEndOfTheRunClosesItsReceivers(String backend) {
        AtomicReference<SignalReceiver> forgotten = new AtomicReference<>();
        AnyIO.run(() -> forgotten.set(AnyIO.service(Signals.class).openSignalReceiver("WINCH")),
                o -> o.backend(backend));
        AnyIO.run(() -> assertThrows(ClosedResourceException.class, forgotten.get()::receive), o -> o.backend(backend));
    }

    @EachBackend @Proves("SG-05")
    void theStopOfABundleClosesItsReceivers(String backend) {
        LoopRuntime runtime = new LoopRuntime();
        HolderOwners owners = new HolderOwners(runtime, Duration.ofMillis(500));
        Owner owner = owners.open("Signals",
                new Holder(7, "org.example.user", getClass().getClassLoader(), () -> false));
        Signals signals = new OwnedSignals(owner, new MemoryStreamFactory());
        SignalReceiver receiver = signals.openSignalReceiver("WINCH");
        owner.close();
        AnyIO.run(() -> assertThrows(ClosedResourceException.class, receiver::receive), o -> o.backend(backend));
        LoopClosedException gone = assertThrows(LoopClosedException.class,
                () -> signals.openSignalReceiver("WINCH"));
        assertTrue(gone.getMessage().contains("org.example.user"), gone::getMessage);
        assertEquals(0, receiver.dropped());
    }
}
