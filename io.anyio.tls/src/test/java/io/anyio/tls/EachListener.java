package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsStream;
import io.anyio.tls.Serving.Kind;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tries a server on each kind of listener. */
abstract class EachListener {
    static final Set<Kind> SOCKETS = EnumSet.complementOf(EnumSet.of(Kind.OWN));
    static final Duration LONG = Duration.ofSeconds(60);

    static SSLContext context;

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** What is done with a server of each kind. */
    interface Trial {
        void with(Serving server) throws Exception;
    }

    static void each(Set<Kind> kinds, Trial trial) throws Exception {
        for (Kind kind : kinds) {
            try (Serving server = Serving.open(kind, context, folder)) {
                trial.with(server);
            } catch (Throwable e) {
                throw new AssertionError(kind + ": " + e, e);
            }
        }
    }

    static void eventually(BooleanSupplier condition) {
        eventually(condition, Duration.ofMillis(1));
    }

    /** On a virtual clock each step takes as long as the loop needs to come to rest. */
    static void eventually(BooleanSupplier condition, Duration step) {
        AnyIO.failAfter(LONG, () -> {
            while (!condition.getAsBoolean()) {
                AnyIO.sleep(step);
            }
        });
    }

    static <T> TaskHandle<T> ask(TaskGroup<?> group, Serving server, int id) {
        return group.spawn("client " + id, () -> {
            try (ByteStream client = server.connect()) {
                client.send(new byte[]{(byte) id});
                assertArrayEquals(new byte[]{(byte) id}, client.receive());
                return null;
            }
        });
    }

    interface CallsServe {
        void serve() throws IOException;
    }

    static void awaitFinishRequest() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            while (!scope.finishRequested()) {
                AnyIO.sleep(Duration.ofMillis(50));
            }
        });
    }

    static SocketListener listen() throws IOException {
        return AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
    }

    static SocketStream connect(SocketListener sockets) throws IOException {
        return AnyIO.service(Network.class).connectTcp("127.0.0.1", sockets.localPort());
    }

    static TlsStream encrypt(ByteStream stream) throws IOException {
        return AnyIO.service(Tls.class).wrap(stream,
                o -> o.hostname("localhost").context(context).standardCompatible(false));
    }

    static void reset(SocketStream stream) throws IOException {
        stream.attribute(SocketAttribute.RAW_SOCKET).setOption(StandardSocketOptions.SO_LINGER, 0);
        stream.close();
    }
}
