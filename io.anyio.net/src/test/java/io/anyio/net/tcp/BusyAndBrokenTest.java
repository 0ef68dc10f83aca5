package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Pair;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Two tasks at the same side, a peer that is gone, and which error comes first. */
@SuppressWarnings("try") // closing early is what is tested
class BusyAndBrokenTest {

    @AnyioTest @Proves({"TC-21", "EX-02"})
    void aSecondReceiveIsRefusedAndTheFirstUndisturbed(TaskGroup<?> group) throws Exception {
        try (Pair pair = Pair.open()) {
            TaskHandle<byte[]> first = group.spawn("first", () -> pair.server().receive());
            AnyIO.waitAllTasksBlocked();
            BusyResourceException busy = assertThrows(BusyResourceException.class, () -> pair.server().receive());
            assertEquals("Another task is already reading from this resource", busy.getMessage());
            pair.client().send(new byte[]{1});
            assertArrayEquals(new byte[]{1}, first.await());
        }
    }

    @AnyioTest @Proves({"TC-22", "EX-02"})
    void aSecondSendIsRefused(TaskGroup<?> group) throws Exception {
        try (Pair pair = Pair.open()) {
            TaskHandle<?> first = group.spawn("first", () -> pair.client().send(new byte[Pair.FLOOD]));
            AnyIO.waitAllTasksBlocked();
            BusyResourceException busy = assertThrows(BusyResourceException.class,
                    () -> pair.client().send(new byte[1]));
            assertEquals("Another task is already writing to this resource", busy.getMessage());
            assertThrows(BusyResourceException.class, () -> pair.client().sendEof());
            for (int left = Pair.FLOOD; left > 0;) {
                left -= pair.server().receive().length;
            }
            first.await();
        }
    }

    @AnyioTest @Proves("TC-24")
    void theGuardIsReleasedByEveryEnd(TaskGroup<?> group) throws Exception {
        try (Pair pair = Pair.open()) {
            TaskHandle<?> receiving = group.spawn(() -> pair.server().receive());
            TaskHandle<?> sending = group.spawn(() -> pair.server().send(new byte[Pair.FLOOD]));
            AnyIO.waitAllTasksBlocked();
            receiving.cancel();
            sending.cancel();
            receiving.awaitEnd();
            sending.awaitEnd();
            pair.client().send(new byte[]{1});
            assertArrayEquals(new byte[]{1}, pair.server().receive());
            pair.client().send(new byte[]{2});
            assertArrayEquals(new byte[]{2}, pair.server().receive());
            Pair.reset(pair.client());
            for (int i = 0; i < 2; i++) {
                assertThrows(BrokenResourceException.class, () -> pair.server().receive());
                assertThrows(BrokenResourceException.class, () -> pair.server().send(new byte[1]));
            }
        }
    }

    @AnyioTest @Proves({"TC-25", "TC-26", "TC-28", "EX-07"})
    void aSendToAPeerThatIsGoneBreaks() throws Exception {
        try (Pair pair = Pair.open()) {
            pair.client().close();
            BrokenResourceException broken = assertThrows(BrokenResourceException.class, () -> {
                while (true) {
                    pair.server().send(new byte[1000]);
                    AnyIO.sleep(Duration.ofMillis(1));
                }
            });
            assertInstanceOf(IOException.class, broken.getCause());
            assertTrue(broken.getMessage().contains("127.0.0.1"), broken.getMessage());
            pair.server().close();
            assertThrows(ClosedResourceException.class, () -> pair.server().send(new byte[1]));
            assertThrows(ClosedResourceException.class, () -> pair.server().receive());
        }
    }

    @AnyioTest @Proves({"TC-27", "EX-07"})
    void aResetBreaksABlockedReceive(TaskGroup<?> group) throws Exception {
        try (Pair pair = Pair.open()) {
            TaskHandle<?> receiving = group.spawn(() -> {
                BrokenResourceException broken = assertThrows(BrokenResourceException.class,
                        () -> pair.server().receive());
                assertInstanceOf(IOException.class, broken.getCause());
                assertTrue(broken.getMessage().contains(broken.getCause().getMessage()));
            });
            AnyIO.waitAllTasksBlocked();
            Pair.reset(pair.client());
            receiving.await();
            assertThrows(BrokenResourceException.class, () -> pair.server().receive());
        }
    }

    @AnyioTest
    void cancelledComesBeforeClosedBeforeBusyBeforeBroken(TaskGroup<?> group) throws Exception {
        // a peer that resets in one call, so that no task runs before the assertions
        try (SocketListener listener = Pair.listen();
                SocketChannel peer = SocketChannel.open(new InetSocketAddress("127.0.0.1", listener.localPort()));
                SocketStream server = listener.accept()) {
            TaskHandle<?> sending = group
                    .spawn(() -> assertThrows(BrokenResourceException.class, () -> server.send(new byte[Pair.FLOOD])));
            AnyIO.waitAllTasksBlocked();
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();
            assertThrows(BusyResourceException.class, () -> server.send(new byte[1]));
            sending.await();
            assertThrows(BrokenResourceException.class, () -> server.send(new byte[1]));
        }
        try (Pair pair = Pair.open()) {
            SocketStream server = pair.server();
            group.spawn(() -> assertThrows(ClosedResourceException.class, () -> server.receive()));
            AnyIO.waitAllTasksBlocked();
            var scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(() -> {
                assertThrows(CancelledError.class, () -> server.receive());
                assertThrows(CancelledError.class, () -> server.send(new byte[1]));
                assertThrows(CancelledError.class, server::sendEof);
            });
            server.close();
            assertThrows(ClosedResourceException.class, () -> server.receive());
            scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(() -> {
                assertThrows(CancelledError.class, () -> server.receive());
                assertThrows(CancelledError.class, () -> server.send(new byte[1]));
                assertThrows(CancelledError.class, server::sendEof);
            });
        }
        try (SocketListener listener = Pair.listen()) {
            group.spawn(() -> assertThrows(ClosedResourceException.class, listener::accept));
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, listener::accept);
            var scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(() -> assertThrows(CancelledError.class, listener::accept));
            listener.close();
            assertThrows(ClosedResourceException.class, listener::accept);
        }
    }

    @AnyioTest @Proves("TC-37")
    void aPeerThatVanishesAfterAWriteIsReportedByTheNextOperationOnly(TaskGroup<?> group) throws Exception {
        try (LogWatch log = new LogWatch(); Pair pair = Pair.open()) {
            TaskHandle<?> receiving = group
                    .spawn(() -> assertThrows(BrokenResourceException.class, () -> pair.client().receive()));
            AnyIO.waitAllTasksBlocked();
            pair.client().send(new byte[100]);
            Pair.reset(pair.server());
            receiving.await();
            assertThrows(BrokenResourceException.class, () -> pair.client().send(new byte[100]));
            pair.client().close();
            AnyIO.waitAllTasksBlocked();
            assertEquals("", log.text());
        }
    }
}
