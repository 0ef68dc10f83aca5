package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.Event;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that are closed without {@code close_notify}: the data that was sent earlier arrives. */
class TlsLingerTest {
    private static final int MUCH = 4 << 20;
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** Both ends of a connection, which close without the end of TLS. */
    private static void connected(BlockWith<TlsStream, IOException> client, BlockWith<TlsStream, IOException> server)
            throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"))) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("server", () -> {
                    try (TlsStream stream = tls.wrap(listener.accept(),
                            o -> o.context(context).standardCompatible(false))) {
                        server.run(stream);
                    }
                });
                try (SocketStream stream = AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort(),
                        o -> o.tls(t -> t.context(context).standardCompatible(false)))) {
                    client.run((TlsStream) stream);
                }
            });
        }
    }

    private static int receiveAll(ByteReceiveStream stream) throws IOException {
        int[] count = new int[1];
        while (stream.<IOException>receive(bytes -> {
            count[0] += bytes.remaining();
            AnyIO.sleep(Duration.ZERO);
        })) {
        }
        return count[0];
    }

    @AnyioTest(timeout = 60) @Proves("TLS-21")
    void unreadTicketsDoNotCutOffWhatAClientHasSent() throws IOException {
        int[] received = new int[1];
        for (int i = 0; i < 5; i++) {
            connected(client -> client.send(new byte[MUCH]), server -> received[0] = receiveAll(server));
            assertEquals(MUCH, received[0]);
        }
    }

    @AnyioTest(timeout = 60) @Proves("TLS-21")
    void anUnreadEndDoesNotCutOffWhatAServerHasSent() throws IOException {
        int[] received = new int[1];
        for (int i = 0; i < 5; i++) {
            Event asked = AnyIO.createEvent();
            Event ended = AnyIO.createEvent();
            connected(client -> {
                client.send(new byte[]{1});
                asked.await();
                client.sendEof();
                ended.set();
                received[0] = receiveAll(client);
            }, server -> {
                server.receive();
                asked.set();
                ended.await();
                server.send(new byte[MUCH]);
            });
            assertEquals(MUCH, received[0]);
        }
    }

    @AnyioTest
    void aSilentOtherSideDoesNotHoldACloseForLong() throws IOException {
        Event closed = AnyIO.createEvent();
        connected(client -> {
            client.send(new byte[]{1});
            client.close();
            closed.set();
        }, server -> closed.await());
    }

    @AnyioTest
    void aCloseInACancelledScopeOrBesideAReceiverDoesNotWait() throws IOException {
        Event closed = AnyIO.createEvent();
        connected(client -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(client::close);
            closed.set();
        }, server -> {
            closed.await();
            assertThrows(EndOfStreamException.class, server::receive);
        });
        Event again = AnyIO.createEvent();
        connected(client -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            TaskHandle<?> receiver = group.spawn("receive",
                    () -> assertThrows(ClosedResourceException.class, client::receive));
            AnyIO.waitAllTasksBlocked();
            client.close();
            receiver.await();
            again.set();
        }), server -> again.await());
        assertTrue(again.isSet());
    }
}
