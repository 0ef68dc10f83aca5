package io.anyio.net.osgi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.Connectable;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.tls.TlsOptions;
import io.anyio.net.FakeTls;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** What a configuration publishes, and to whom its connections belong. */
class ConfiguredConnectableTest {
    private static ServerSocket listen(int backlog) throws IOException {
        return new ServerSocket(0, backlog, InetAddress.getByName("127.0.0.1"));
    }

    private static void refused(ConnectStage stage, List<String> parts, Object... values) {
        stage.log.records().clear();
        stage.configure(values);
        assertNull(stage.factory);
        assertEquals(1, stage.log.records().size());
        for (String part : parts) {
            assertTrue(stage.log.text().contains(part), stage.log.text());
        }
    }

    @EachBackend @Proves("CF-16")
    void aConfigurationIsAServiceWithTheNameOfItsPid(String backend) throws Exception {
        try (ConnectStage stage = new ConnectStage(backend); ServerSocket server = listen(5)) {
            stage.configure("host", "127.0.0.1", "port", Integer.toString(server.getLocalPort()));
            assertEquals("db", stage.properties.get(Connectable.NAME));
            assertEquals(ConnectStage.PID, stage.properties.get("service.pid"));
            Connectable connectable = stage.get();
            assertNotSame(connectable, stage.get());
            stage.inATask(() -> {
                try (SocketStream stream = connectable.connect()) {
                    stream.send(new byte[]{7});
                }
            });
            assertArrayEquals(new byte[]{7}, server.accept().getInputStream().readAllBytes());
            stage.configure("host", "a", "port", 1, Connectable.NAME, "other");
            assertEquals("other", stage.properties.get(Connectable.NAME));
            stage.component.withdraw();
            assertNull(stage.factory);
        }
    }

    @EachBackend @Proves("CF-17")
    void whatItOpensBelongsToItsUser(String backend) throws Exception {
        try (ConnectStage stage = new ConnectStage(backend); ServerSocket server = listen(5)) {
            stage.configure("host", "127.0.0.1", "port", server.getLocalPort());
            Connectable connectable = stage.get();
            stage.inATask(connectable::connect);
            stage.factory.ungetService(stage.user, null, connectable);
            assertEquals(-1, server.accept().getInputStream().read());
            assertThrows(LoopClosedException.class, () -> stage.inATask(connectable::connect));
            stage.configure("host", "127.0.0.1", "port", server.getLocalPort(), "tls", "web");
            assertThrows(LoopClosedException.class, () -> stage.inATask(connectable::connect),
                    "that there is no TLS context is not the reason");
        }
    }

    @EachBackend @Proves("CF-18")
    void theTimeoutLimitsTheConnection(String backend) throws Exception {
        // nobody answers: the queue of one is full
        try (ConnectStage stage = new ConnectStage(backend); ServerSocket server = listen(1)) {
            stage.configure("host", "127.0.0.1", "port", server.getLocalPort(), "timeout", "200ms");
            Connectable connectable = stage.get();
            assertThrows(TimedOutException.class, () -> stage.inATask(() -> {
                for (int i = 0; i < 10; i++) {
                    connectable.connect();
                }
            }));
        }
    }

    /** A handshake is a letter of the client. */
    private static final class Handshakes extends FakeTls {
        final List<TlsOptions> sessions = new ArrayList<>();

        @Override
        protected void handshake(ByteStream transport, TlsOptions options) throws IOException {
            sessions.add(options);
            transport.send(new byte[]{'!'});
        }
    }

    @EachBackend @Proves("CF-18")
    void aConnectionIsEncryptedByTheContextThatRanksHighest(String backend) throws Exception {
        SSLContext usual = SSLContext.getInstance("TLS");
        SSLContext better = SSLContext.getInstance("TLS");
        Handshakes handshakes = new Handshakes();
        try (ConnectStage stage = new ConnectStage(backend); ServerSocket server = listen(5)) {
            stage.configure("host", "127.0.0.1", "port", server.getLocalPort(), "tls", "web");
            stage.provide("mail", 9, () -> better);
            assertTrue(assertThrows(IllegalStateException.class, () -> stage.inATask(stage.get()::connect))
                    .getMessage().contains("no TLS context 'web'"));
            stage.provide("web", 0, () -> usual);
            assertTrue(assertThrows(IllegalStateException.class, () -> stage.inATask(stage.get()::connect))
                    .getMessage().contains("io.anyio.tls"));
            assertFalse(hasConnection(server), "nothing was connected");
            stage.tls = handshakes;
            stage.inATask(stage.get()::connect);
            assertEquals('!', server.accept().getInputStream().read());
            stage.provide("web", 7, () -> better);
            stage.provide("web", 8, null);
            stage.inATask(stage.get()::connect);
        }
        assertEquals(List.of(usual, better), handshakes.sessions.stream().map(TlsOptions::context).toList());
        assertEquals(List.of("127.0.0.1", "127.0.0.1"),
                handshakes.sessions.stream().map(TlsOptions::hostname).toList());
    }

    private static boolean hasConnection(ServerSocket server) throws IOException {
        server.setSoTimeout(50);
        try {
            server.accept().close();
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } finally {
            server.setSoTimeout(0);
        }
    }

    @EachBackend @Proves("CF-19")
    void whatIsWrongIsNoServiceAndAllIsNamedAtOnce(String backend) {
        try (ConnectStage stage = new ConnectStage(backend)) {
            refused(stage, List.of("The key hots is unknown: use", "The key host is missing"), "hots", "a", "port", 1);
            refused(stage, List.of("port is '70000': give a whole number 1..65535",
                    "timeout is 'soon': give a duration"), "host", "a", "port", "70000", "timeout", "soon");
            refused(stage, List.of("port is missing"), "host", "a");
            refused(stage, List.of("path is given beside host"), "host", "a", "path", "/a");
            refused(stage, List.of("path is 'a': give an absolute path"), "path", "a");
            refused(stage, List.of("tls is 'web', but a path"), "path", "/a", "tls", "web");
        }
    }

    @EachBackend @Proves("CF-19")
    void aListOfOneValueIsThatValueAndOfSeveralIsWrong(String backend) throws Exception {
        try (ConnectStage stage = new ConnectStage(backend); ServerSocket server = listen(5)) {
            refused(stage, List.of("host is '[a, b]': give a name or an address, one only",
                    "port is '[1, 2]': give a whole number 1..65535, one only"), "host", new String[]{"a", "b"}, "port",
                    List.of(1, 2));
            refused(stage, List.of("The key host is missing"), "host", new String[]{" "}, "port", 1);
            refused(stage, List.of("host is '[null]'"), "host", new String[1], "port", 1);
            stage.configure("HOST", List.of("127.0.0.1"), "port", new int[]{server.getLocalPort()});
            stage.inATask(stage.get()::connect);
            server.accept().close();
        }
    }

    @EachBackend @Proves("CF-19")
    void aWrongModificationKeepsTheLastGoodValues(String backend) throws Exception {
        try (ConnectStage stage = new ConnectStage(backend); ServerSocket server = listen(5)) {
            stage.configure("host", "127.0.0.1", "port", server.getLocalPort());
            stage.configure("host", "", "port", 1, Connectable.NAME, "other");
            assertEquals("db", stage.properties.get(Connectable.NAME));
            assertTrue(stage.log.text().contains("as it was"), stage.log.text());
            stage.inATask(stage.get()::connect);
            server.accept().close();
        }
    }

    @Test @Proves("CF-19")
    void theAnnotationTypeHasTheKeysThatAreKnown() {
        assertEquals(new TreeSet<>(List.of(Connectable.NAME, "host", "port", "path", "tls", "timeout")),
                new TreeSet<>(Arrays.stream(ConnectConfiguration.class.getDeclaredMethods()).map(Method::getName)
                        .map(name -> name.replace('_', '.')).toList()));
    }
}
