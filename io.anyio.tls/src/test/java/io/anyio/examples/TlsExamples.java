package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.ClientCertificate;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import io.anyio.testing.AnyioTest;
import io.anyio.tls.TestContext;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/tls.md. */
class TlsExamples {
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestContext.make(folder);
    }

    private static SSLContext loadContext() {
        return context;
    }

    @AnyioTest
    void aServerAndItsClient(TaskGroup<?> group) throws Exception {
        Listeners listeners = AnyIO.service(Listeners.class);
        Network network = AnyIO.service(Network.class);
        Tls tls = AnyIO.service(Tls.class);
        String reply;
        try (SocketListener sockets = listeners.tcp(0)) {
            TlsListener listener = tls.listen(sockets,
                    o -> o.context(context).handshakeTimeout(Duration.ofSeconds(20)));
            group.spawn("server", () -> listener.serve(stream -> {
                try (stream) {
                    for (byte[] chunk : stream) {
                        stream.send(chunk);
                    }
                }
            }));
            try (SocketStream stream = network.connectTcp("localhost", sockets.localPort(),
                    o -> o.tls(t -> t.context(context)))) {
                stream.send("hello".getBytes(UTF_8));
                reply = new String(stream.receive(), UTF_8);
            }
            group.cancel();
        }
        assertEquals("hello", reply);
    }

    @AnyioTest
    void aServerThatGoesOnAndReloadsItsKeys(TaskGroup<?> group) throws Exception {
        Tls tls = AnyIO.service(Tls.class);
        try (SocketListener sockets = AnyIO.service(Listeners.class).tcp(0)) {
            group.spawn("server", () -> {
                sockets.serve(socket -> {
                    UnaryOperator<TlsOptions> options = o -> o.contextSource(() -> loadContext());
                    try (TlsStream stream = tls.wrap(socket,
                            o -> options.apply(o).clientCertificate(ClientCertificate.REQUIRED))) {
                        X509Certificate client = stream.attribute(TlsAttribute.PEER_CERTIFICATE);
                        stream.send(client.getSubjectX500Principal().getName().getBytes(UTF_8));
                    }
                }, o -> o.isolated(true));
            });
            Network network = AnyIO.service(Network.class);
            int port = sockets.localPort();
            UnaryOperator<TlsOptions> session = o -> o.context(context).alpnProtocols(List.of("h2", "http/1.1"));
            try (SocketStream stream = network.connectTcp("localhost", port, o -> o.tls(session))) {
                assertEquals("CN=localhost", new String(stream.receive(), UTF_8));
            }
            group.cancel();
        }
    }

    @AnyioTest
    void keysOfAService(TaskGroup<?> group) throws Exception {
        Listeners listeners = AnyIO.service(Listeners.class);
        Network network = AnyIO.service(Network.class);
        Tls tls = AnyIO.service(Tls.class);
        TlsContext keys = () -> context;
        String reply;
        try (SocketListener sockets = listeners.tcp(0)) {
            TlsListener listener = tls.listen(sockets, keys::listener);
            group.spawn("server", () -> listener.serve(stream -> stream.send(stream.receive()), o -> o.isolated(true)));
            try (SocketStream stream = network.connectTcp("localhost", sockets.localPort(), o -> o.tls(keys::client))) {
                stream.send("hello".getBytes(UTF_8));
                reply = new String(stream.receive(), UTF_8);
            }
            group.cancel();
        }
        assertEquals("hello", reply);
    }

    @AnyioTest
    void anUpgradeAndBack(TaskGroup<?> group) throws Exception {
        Tls tls = AnyIO.service(Tls.class);
        try (SocketListener sockets = AnyIO.service(Listeners.class).tcp(0)) {
            TaskHandle<?> server = group.spawn("server", () -> {
                SocketStream socket = sockets.accept();
                socket.send("220 ready\r\n".getBytes(UTF_8));
                TlsStream secure = tls.wrap(socket, o -> o.context(context));
                secure.send("secret".getBytes(UTF_8));
                secure.unwrap().transport().send("plain".getBytes(UTF_8));
            });
            try (SocketStream socket = AnyIO.service(Network.class).connectTcp("localhost", sockets.localPort())) {
                socket.receive(11);
                assertEquals("plain", upgradeAndBack(tls, socket));
            }
            server.awaitEnd();
        }
    }

    private static String upgradeAndBack(Tls tls, SocketStream socket) throws IOException {
        TlsStream secure = tls.wrap(socket, o -> o.hostname("localhost").context(context));
        for (byte[] secret : secure) {
            assertEquals("secret", new String(secret, UTF_8));
        }
        Unwrapped plain = secure.unwrap();
        return plain.rest().hasRemaining()
                ? UTF_8.decode(plain.rest()).toString()
                : new String(plain.transport().receive(), UTF_8);
    }
}
