package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Pair;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.nio.ByteBuffer;

/** Closing, from wherever and whenever. */
class CloseTest {

    /** A close on a thread that is none of the loop's. */
    private static void closeElsewhere(AutoCloseable resource) throws InterruptedException {
        Thread closer = Thread.ofPlatform().start(() -> {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        closer.join();
    }

    @AnyioTest @Proves({"TC-14", "TC-15", "TC-17", "TC-18", "EX-08"})
    void everyOperationAfterTheOwnCloseSaysSo() throws Exception {
        try (Pair pair = Pair.open()) {
            pair.client().sendEof();
            assertThrows(ClosedResourceException.class, () -> pair.client().send(new byte[1]));
            assertThrows(ClosedResourceException.class, () -> pair.client().send(ByteBuffer.allocate(1)));
            SocketStream server = pair.server();
            server.close();
            server.close();
            ClosedResourceException closed = assertThrows(ClosedResourceException.class, server::receive);
            assertNull(closed.getCause());
            assertThrows(ClosedResourceException.class, () -> server.receive(ByteBuffer.allocate(1)));
            assertThrows(ClosedResourceException.class, () -> server.send(new byte[1]));
            assertThrows(ClosedResourceException.class, () -> server.send(ByteBuffer.allocate(1)));
            assertThrows(ClosedResourceException.class, server::sendEof);
        }
    }

    @AnyioTest @Proves("TC-19")
    void aCloseEndsABlockedReceive(TaskGroup<?> group) throws Exception {
        for (boolean elsewhere : new boolean[]{false, true}) {
            try (Pair pair = Pair.open()) {
                TaskHandle<?> receiving = group.spawn("receive", () -> {
                    assertNull(assertThrows(ClosedResourceException.class, () -> pair.server().receive()).getCause());
                });
                AnyIO.waitAllTasksBlocked();
                if (elsewhere) {
                    closeElsewhere(pair.server());
                } else {
                    pair.server().close();
                }
                receiving.await();
                assertThrows(EndOfStreamException.class, () -> pair.client().receive());
            }
        }
    }

    @AnyioTest @Proves("TC-20")
    void aCloseEndsABlockedSend(TaskGroup<?> group) throws Exception {
        for (boolean elsewhere : new boolean[]{false, true}) {
            for (boolean direct : new boolean[]{false, true}) {
                try (Pair pair = Pair.open()) {
                    group.spawn("send", () -> {
                        ByteBuffer flood = direct
                                ? ByteBuffer.allocateDirect(Pair.FLOOD)
                                : ByteBuffer.allocate(Pair.FLOOD);
                        assertThrows(ClosedResourceException.class, () -> pair.server().send(flood));
                        assertTrue(flood.position() > 0 && flood.hasRemaining());
                    });
                    AnyIO.waitAllTasksBlocked();
                    if (elsewhere) {
                        closeElsewhere(pair.server());
                    } else {
                        pair.server().close();
                    }
                    assertTrue(Pair.drain(pair.client()) > 0);
                }
            }
        }
    }

    @AnyioTest
    void thePortIsFreeAtOnceAfterAClose(TaskGroup<?> group) throws Exception {
        for (int i = 0; i < 50; i++) {
            boolean elsewhere = i % 2 == 1;
            SocketListener listener = Pair.listen();
            int port = listener.localPort();
            TaskHandle<?> accepting = group.spawn("accept", () -> {
                assertThrows(ClosedResourceException.class, listener::accept);
            });
            AnyIO.waitAllTasksBlocked();
            if (elsewhere) {
                closeElsewhere(listener);
                accepting.await();
            }
            // a thread of its own only begins to free the port
            listener.close();
            AnyIO.service(Listeners.class).tcp(port, o -> o.host("127.0.0.1")).close();
        }
    }

    @AnyioTest
    void noneOfManyClosesIsForgotten() throws Exception {
        Pair.listen().close();
        int port = 0;
        for (int i = 0; i < 1000; i++) {
            int again = port;
            try (SocketListener listener = AnyIO.service(Listeners.class).tcp(again, o -> o.host("127.0.0.1"))) {
                port = listener.localPort();
            }
        }
    }

    @AnyioTest
    void theConnectionsOfAClosedListenerGoOn() throws Exception {
        SocketListener listener = Pair.listen();
        try (SocketStream client = Pair.connect(listener); SocketStream server = listener.accept()) {
            listener.close();
            client.send(new byte[]{7});
            assertArrayEquals(new byte[]{7}, server.receive());
        }
    }

    @AnyioTest @Proves("AR-08")
    void aCloseInACancelledScopeClosesToo() throws Exception {
        try (Pair pair = Pair.open()) {
            var scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(() -> pair.server().close());
            assertThrows(ClosedResourceException.class, () -> pair.server().receive());
            assertThrows(EndOfStreamException.class, () -> pair.client().receive());
            assertEquals(0, Pair.drain(pair.client()));
        }
    }
}
