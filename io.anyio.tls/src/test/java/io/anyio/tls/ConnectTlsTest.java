package io.anyio.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.Event;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Connecting with TLS in one call. */
class ConnectTlsTest {
    private static final List<Path> CONNECTIONS = List.of(Path.of("/proc/self/net/tcp"),
            Path.of("/proc/self/net/tcp6"));
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** A server for one connection. */
    private static <T> T withServer(BodyWith<Integer, T, Exception> client, BodyWith<SocketStream, ?, Exception> server)
            throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            return AnyIO.createTaskGroup(IOException.class).call(group -> {
                group.spawn("server", () -> {
                    try (SocketStream stream = listener.accept()) {
                        server.call(stream);
                    }
                });
                return client.call(listener.localPort());
            });
        }
    }

    /** The first name that the client asked for, after an echo. */
    private static String echo(SocketStream socket) throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (TlsStream stream = tls.wrap(socket, o -> o.context(context))) {
            for (byte[] chunk : stream) {
                stream.send(chunk);
            }
            ExtendedSSLSession session = (ExtendedSSLSession) stream.attribute(TlsAttribute.SSL_ENGINE).getSession();
            return session.getRequestedServerNames().isEmpty()
                    ? ""
                    : ((SNIHostName) session.getRequestedServerNames().getFirst()).getAsciiName();
        }
    }

    private static boolean hello(String host, int port, UnaryOperator<ConnectOptions> options) throws IOException {
        try (SocketStream stream = AnyIO.service(Network.class).connectTcp(host, port, options)) {
            assertInstanceOf(TlsStream.class, stream);
            assertEquals("TLSv1.3", stream.attribute(TlsAttribute.TLS_VERSION));
            stream.send("hello".getBytes(UTF_8));
            assertEquals("hello", new String(stream.receive(), UTF_8));
        }
        return true;
    }

    @AnyioTest @Proves("HE-15")
    void tlsIsDoneIfItIsAskedForOrAContextOrAHostNameIsGiven() throws Exception {
        withServer(port -> hello("localhost", port, o -> o.tls(t -> t.context(context))), ConnectTlsTest::echo);
        SSLContext before = SSLContext.getDefault();
        SSLContext.setDefault(context);
        try {
            withServer(port -> hello("localhost", port, o -> o.tls(true)), ConnectTlsTest::echo);
            withServer(port -> hello("127.0.0.1", port, o -> o.tls(t -> t.hostname("localhost"))),
                    ConnectTlsTest::echo);
        } finally {
            SSLContext.setDefault(before);
        }
        withServer(port -> {
            try (SocketStream stream = AnyIO.service(Network.class).connectTcp("localhost", port,
                    o -> o.tls(true).tls(false))) {
                assertFalse(stream instanceof TlsStream);
                assertEquals("plain", new String(stream.receive(), UTF_8));
                return true;
            }
        }, stream -> {
            stream.send("plain".getBytes(UTF_8));
            return true;
        });
    }

    @AnyioTest @Proves("HE-16")
    void theCertificateHasToNameTheHostUnlessAnotherNameIsGiven() throws Exception {
        UnaryOperator<ConnectOptions> ours = o -> o.tls(t -> t.context(context));
        withServer(port -> hello("localhost", port, ours), stream -> {
            assertEquals("localhost", echo(stream));
            return true;
        });
        withServer(port -> hello("127.0.0.1", port, o -> ours.apply(o).tls(t -> t.hostname("localhost"))), stream -> {
            assertEquals("localhost", echo(stream));
            return true;
        });
        withServer(port -> hello("127.0.0.1", port, ours), ConnectTlsTest::echo);
        InetAddress wrong = InetAddress.ofLiteral("127.0.0.2");
        withServer(
                port -> assertThrows(SSLException.class,
                        () -> AnyIO.service(Network.class).connectTcp(wrong, port, ours)),
                stream -> assertThrows(IOException.class, () -> echo(stream)));
    }

    @AnyioTest @Proves({"HE-17", "TLS-07"})
    void aFailedHandshakeClosesTheConnectionBeforeItIsThrown() throws Exception {
        withServer(port -> {
            assertThrows(SSLException.class,
                    () -> AnyIO.service(Network.class).connectTcp("localhost", port, o -> o.tls(true)));
            return true;
        }, stream -> {
            assertInstanceOf(SSLException.class,
                    assertThrows(IOException.class,
                            () -> AnyIO.service(Tls.class).wrap(stream, o -> o.context(context))));
            assertThrows(EndOfStreamException.class, stream::receive);
            return true;
        });
    }

    @AnyioTest @Proves("HE-17")
    void theConnectionIsClosedWhenTheErrorOfTheHandshakeArrives() throws Exception {
        assumeTrue(Files.isReadable(CONNECTIONS.getFirst()), "this system does not list its connections");
        withServer(port -> {
            long[] during = new long[1];
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("watch", () -> {
                    while (during[0] == 0) {
                        during[0] = connectionsTo(port);
                        AnyIO.checkpoint();
                    }
                });
                assertThrows(SSLException.class,
                        () -> AnyIO.service(Network.class).connectTcp("localhost", port, o -> o.tls(true)));
                assertEquals(0, connectionsTo(port), "looked at before anything else can run");
            });
            assertEquals(1, during[0], "it is seen while it is there");
            return true;
        }, stream -> assertThrows(SSLException.class,
                () -> AnyIO.service(Tls.class).wrap(stream, o -> o.context(context))));
    }

    /** How many sockets of a process are connected to the port; those that are closed have no inode. */
    private static long connectionsTo(int port) throws IOException {
        long count = 0;
        for (Path file : CONNECTIONS) {
            count += Files.readAllLines(file).stream().skip(1).map(line -> line.strip().split("\\s+"))
                    .filter(cells -> cells[2].endsWith(String.format(":%04X", port)) && !cells[9].equals("0")).count();
        }
        return count;
    }

    @AnyioTest
    void aSilentServerEndsTheHandshakeByItsTimeoutAndTheConnectionIsClosed() throws Exception {
        Event over = AnyIO.createEvent();
        withServer(port -> {
            BrokenResourceException error = assertThrows(BrokenResourceException.class,
                    () -> AnyIO.service(Network.class).connectTcp("localhost", port,
                            o -> o.tls(t -> t.context(context).handshakeTimeout(Duration.ofMillis(20)))));
            over.set();
            return error;
        }, stream -> {
            over.await();
            assertThrows(EndOfStreamException.class, () -> {
                while (true) {
                    stream.receive();
                }
            });
            return true;
        });
    }

    @AnyioTest
    void whatCannotSucceedIsRefusedBeforeAnythingIsConnected() throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            Network network = AnyIO.service(Network.class);
            int port = listener.localPort();
            assertThrows(IllegalArgumentException.class,
                    () -> network.connectTcp("localhost", port, o -> o.tls(t -> t.hostname("a b"))));
            assertThrows(NullPointerException.class,
                    () -> network.connectTcp("localhost", port, o -> o.tls(_ -> null)));
            try (SocketStream first = network.connectTcp("localhost", port);
                    SocketStream accepted = listener.accept()) {
                assertEquals(first.attribute(SocketAttribute.LOCAL_PORT),
                        accepted.attribute(SocketAttribute.REMOTE_PORT), "nobody came before");
            }
        }
    }

    @AnyioTest
    void aCancelledHandshakeClosesTheConnection() throws Exception {
        CancelScope connecting = AnyIO.openCancelScope();
        assertEquals(true, withServer(port -> {
            connecting.run(() -> {
                AnyIO.service(Network.class).connectTcp("localhost", port, o -> o.tls(t -> t.context(context)));
            });
            return connecting.cancelledCaught();
        }, stream -> {
            assertEquals(22, stream.receive()[0], "the handshake has begun");
            connecting.cancel();
            assertThrows(EndOfStreamException.class, stream::receive);
            return true;
        }));
    }

    @AnyioTest @Proves("HE-18")
    void whetherClosingIsStandardCompatibleIsPassedOn() throws Exception {
        for (boolean standard : List.of(true, false)) {
            withServer(port -> {
                UnaryOperator<ConnectOptions> options = o -> o
                        .tls(t -> t.context(context).standardCompatible(standard));
                SocketStream stream = AnyIO.service(Network.class).connectTcp("localhost", port, options);
                assertEquals(standard, stream.attribute(TlsAttribute.STANDARD_COMPATIBLE));
                stream.close();
                return true;
            }, socket -> {
                TlsStream stream = AnyIO.service(Tls.class).wrap(socket, o -> o.context(context));
                if (standard) {
                    assertThrows(EndOfStreamException.class, stream::receive);
                    stream.close();
                } else {
                    assertThrows(BrokenResourceException.class, stream::receive);
                }
                return true;
            });
        }
    }
}
