package io.anyio.itest.user;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.EventLoop;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.function.BiConsumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** A server with TLS, and a client of it, on the bundle's loop. */
@Component(name = "tls.user", service = {})
public final class TlsUser {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** Starts both. */
    @Activate
    public TlsUser(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Listeners listeners,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Network network, @Reference Tls tls,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        loop.spawn("server and client", () -> {
            SSLContext context = AnyIO.runInWorkerThread(TlsUser::context);
            try (SocketListener sockets = listeners.tcp(0, o -> o.host("127.0.0.1"))) {
                TlsListener listener = tls.listen(sockets, o -> o.context(context).standardCompatible(false));
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    group.spawn("serve", () -> listener.serve(TlsUser::echo));
                    SocketStream client = network.connectTcp("127.0.0.1", sockets.localPort(),
                            o -> o.tls(t -> t.context(context).hostname("localhost")));
                    client.send("hello".getBytes(UTF_8));
                    board.accept("tls.received", new String(client.receive(), UTF_8));
                    board.accept("tls.port", sockets.localPort());
                    AnyIO.sleepForever();
                });
            } finally {
                board.accept("tls.user.ended", true);
            }
        });
    }

    private static void echo(TlsStream stream) throws IOException {
        for (byte[] chunk : stream) {
            stream.send(chunk);
        }
    }

    private static SSLContext context() throws Exception {
        Path folder = Files.createTempDirectory("tls-user");
        Path file = folder.resolve("keys.p12");
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-keystore", file.toString(), "-storepass", new String(PASSWORD), "-alias", "user", "-keyalg", "EC",
                "-dname", "CN=localhost", "-ext", "SAN=dns:localhost").start().waitFor();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("user", keys.getCertificate("user"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
