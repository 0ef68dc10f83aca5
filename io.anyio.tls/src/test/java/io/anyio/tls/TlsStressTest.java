package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that are disturbed at random: what arrives is what was sent, and no wait remains. */
class TlsStressTest {
    private static final Duration TIME = Duration.ofMillis(1500);
    private static SSLContext context;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final Random random = new Random(seed);

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    private static boolean before(Deadline end) {
        return AnyIO.currentTime().isBefore(end);
    }

    /** An operation that is cancelled after a while, by a deadline, another thread, or not at all. */
    private void disturbed(Block<IOException> operation) throws IOException {
        CancelScope scope = random.nextInt(3) == 0
                ? AnyIO.openCancelScope(o -> o.timeout(Duration.ofNanos(random.nextInt(200_000))))
                : AnyIO.openCancelScope();
        if (random.nextInt(4) == 0) {
            Thread.ofVirtual().start(scope::cancel);
        }
        scope.run(operation);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Both directions at once, with key updates, over a transport in pieces. */
    @AnyioTest(timeout = 60) @Proves({"TLS-31", "TLS-32", "TLS-33"})
    void cancelledSendsAndReceivesLoseNothingAndGarbleNothing() throws IOException {
        Deadline end = AnyIO.currentTime().plus(TIME);
        while (before(end)) {
            Session.with(context, o -> o, o -> o, stream -> new Dribble(stream, random), session -> {
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    group.spawn("to server", () -> transfer(session.client(), session.server()));
                    group.spawn("to client", () -> transfer(session.server(), session.client()));
                    group.spawn("new keys", () -> {
                        for (int i = random.nextInt(4); i > 0; i--) {
                            AnyIO.sleep(Duration.ofNanos(random.nextInt(2_000_000)));
                            TlsStream side = random.nextBoolean() ? session.client() : session.server();
                            side.attribute(TlsAttribute.SSL_ENGINE).beginHandshake();
                        }
                    });
                });
                session.close();
            });
        }
    }

    private void transfer(TlsStream from, TlsStream to) throws IOException {
        byte[] data = bytes(random.nextInt(1, 200_000));
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("send", () -> {
                ByteBuffer rest = ByteBuffer.wrap(data);
                while (rest.hasRemaining()) {
                    disturbed(() -> from.send(rest));
                }
                from.send(new byte[0]); // what the last cancelled send left behind
            });
            ByteBuffer received = ByteBuffer.allocate(data.length);
            while (received.hasRemaining()) {
                switch (random.nextInt(3)) {
                    case 0 -> disturbed(() -> to.receive(received));
                    case 1 -> disturbed(
                            () -> received.put(to.receive(Math.min(received.remaining(), 1 + random.nextInt(30_000)))));
                    default -> disturbed(() -> to.receive(lent -> {
                        received.put(lent);
                    }));
                }
            }
            assertEquals(ByteBuffer.wrap(data), received.flip(), () -> "seed " + seed);
        });
    }

    /** A cancelled handshake leaves the transport to its owner, wherever it was. */
    @AnyioTest(timeout = 60)
    void handshakesMayBeCancelledAnywhere() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        Deadline end = AnyIO.currentTime().plus(TIME);
        int[] outcomes = new int[2];
        while (before(end)) {
            try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 14)) {
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    CancelScope handshake = AnyIO
                            .openCancelScope(o -> o.timeout(Duration.ofNanos(random.nextInt(8_000_000))));
                    TaskHandle<?> server = group.spawn("server", () -> untilItEnds(() -> {
                        tls.wrap(memory.second(), o -> o.context(context)).receive();
                    }));
                    handshake.run(() -> {
                        tls.wrap(new Dribble(memory.first(), random), TlsStressTest::asClient);
                    });
                    outcomes[handshake.cancelledCaught() ? 1 : 0]++;
                    memory.first().sendEof(); // still open
                    server.awaitEnd();
                });
            }
        }
        assertTrue(outcomes[0] + outcomes[1] > 0,
                () -> outcomes[0] + " finished, " + outcomes[1] + " cancelled, seed " + seed);
    }

    private static TlsOptions asClient(TlsOptions options) {
        return options.hostname("localhost").context(context);
    }

    @AnyioTest(timeout = 60)
    void closesFromAnywhereEndEveryOperation() throws IOException {
        Deadline end = AnyIO.currentTime().plus(TIME);
        int[] rounds = new int[1];
        while (before(end)) {
            boolean standard = random.nextBoolean();
            Session.with(context, o -> o.standardCompatible(standard), o -> o.standardCompatible(standard),
                    stream -> new Dribble(stream, random), session -> AnyIO.failAfter(Duration.ofSeconds(10), () -> {
                        AnyIO.createTaskGroup(IOException.class).run(group -> {
                            for (TlsStream side : new TlsStream[]{session.client(), session.server()}) {
                                group.spawn("send", () -> untilItEnds(() -> side.send(new byte[50_000])));
                                group.spawn("receive", () -> untilItEnds(side::receive));
                            }
                            AnyIO.sleep(Duration.ofNanos(random.nextInt(3_000_000)));
                            TlsStream first = random.nextBoolean() ? session.client() : session.server();
                            TlsStream second = first == session.client() ? session.server() : session.client();
                            if (random.nextBoolean()) {
                                Thread.ofPlatform().start(() -> closeQuietly(first));
                            }
                            group.spawn("close", () -> closeQuietly(first));
                            group.spawn("close", () -> closeQuietly(second));
                        });
                    }));
            rounds[0]++;
        }
        assertTrue(rounds[0] > 0, () -> "no round, seed " + seed);
    }

    private static void untilItEnds(Block<IOException> operation) {
        try {
            while (true) {
                operation.run();
                AnyIO.checkpoint();
            }
        } catch (IOException | ClosedResourceException _) {
            // an end of some kind: that is what is waited for
        }
    }

    private static void closeQuietly(TlsStream stream) {
        try {
            stream.close();
        } catch (IOException | ClosedResourceException _) {
            // the other one was first
        }
    }
}
