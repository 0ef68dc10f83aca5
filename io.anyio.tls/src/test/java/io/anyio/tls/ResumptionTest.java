package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsOptions;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A session is resumed if no trust manager was asked about the server. */
class ResumptionTest {
    private static SSLContext server;

    private final AtomicInteger asked = new AtomicInteger();

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        server = TestKeys.make(folder).context("TLS");
    }

    /** Trusts everybody and counts how often it was asked. */
    private final class Counting extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            asked.incrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            asked.incrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            asked.incrementAndGet();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private SSLContext client() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new Counting()}, null);
        return context;
    }

    private static UnaryOperator<TlsOptions> speaking(String protocol, SSLContext context) {
        return o -> o.context(context).parameters(p -> p.setProtocols(new String[]{protocol}));
    }

    /** Receives, because a ticket of TLS 1.3 comes after the handshake. */
    private static void connect(SocketListener sockets, String protocol, UnaryOperator<TlsOptions> options)
            throws IOException {
        try (SocketStream stream = AnyIO.service(Network.class).connectTcp("localhost", sockets.localPort(),
                o -> o.tls(options))) {
            assertEquals(protocol, stream.attribute(TlsAttribute.TLS_VERSION));
            assertEquals(1, stream.receive()[0]);
        }
    }

    @AnyioTest
    void aSecondConnectionResumesTheSession(TaskGroup<?> group) throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            try (SocketListener sockets = AnyIO.service(Listeners.class).tcp(0)) {
                TlsListener listener = AnyIO.service(Tls.class).listen(sockets, o -> o.context(server));
                var serving = group.spawn("serve", () -> listener.serve(stream -> {
                    try (stream) {
                        stream.send(new byte[]{1});
                    }
                }));
                SSLContext context = client();
                asked.set(0);
                for (int i = 0; i < 3; i++) {
                    connect(sockets, protocol, speaking(protocol, context));
                    assertEquals(1, asked.get(), protocol);
                }
                connect(sockets, protocol, speaking(protocol, client()));
                assertEquals(2, asked.get(), "another context remembers nothing");
                connect(sockets, protocol, o -> speaking(protocol, context).apply(o).hostname("127.0.0.1"));
                assertEquals(3, asked.get(), "another name is another session");
                serving.cancel();
            }
        }
    }

    @AnyioTest
    void withoutAnAddressASessionIsKnownByTheName() throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            UnaryOperator<TlsOptions> options = speaking(protocol, client());
            asked.set(0);
            for (int i = 0; i < 3; i++) {
                Session.with(server, options, o -> o, session -> {
                    session.server().send(new byte[]{1});
                    session.client().receive();
                    session.close();
                });
                assertEquals(1, asked.get(), protocol);
            }
            Session.with(server, o -> options.apply(o).hostname("").serverSide(false), o -> o, session -> {
                session.server().send(new byte[]{1});
                session.client().receive();
            });
            assertEquals(2, asked.get(), "without a name nothing is resumed");
        }
    }
}
