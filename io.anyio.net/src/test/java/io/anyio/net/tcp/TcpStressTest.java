package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Pair;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Transfers that are disturbed at random: what arrives is what was sent, and no wait remains. */
class TcpStressTest {
    private static final Duration TIME = Duration.ofMillis(1500);

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final Random random = new Random(seed);

    @AnyioTest
    void cancelledReceivesLoseNothing() throws Exception {
        var end = AnyIO.currentTime().plus(TIME);
        while (AnyIO.currentTime().isBefore(end)) {
            byte[] data = Pair.bytes(random.nextInt(1, 300_000));
            try (Pair pair = Pair.open()) {
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    group.spawn("send", () -> {
                        ByteBuffer rest = ByteBuffer.wrap(data);
                        while (rest.hasRemaining()) {
                            disturbed(() -> pair.client().send(rest));
                        }
                        pair.client().sendEof();
                    });
                    ByteBuffer received = random.nextBoolean()
                            ? ByteBuffer.allocate(data.length + 1)
                            : ByteBuffer.allocateDirect(data.length + 1);
                    boolean[] ended = new boolean[1];
                    while (!ended[0]) {
                        disturbed(() -> ended[0] = pair.server().receive(received) < 0);
                    }
                    assertEquals(ByteBuffer.wrap(data), received.flip(), () -> "seed " + seed);
                });
            }
        }
    }

    private interface Operation {
        void run() throws IOException;
    }

    /** An operation that is cancelled after a while, by a task, a deadline, or not at all. */
    private void disturbed(Operation operation) throws IOException {
        CancelScope scope = switch (random.nextInt(3)) {
            case 0 -> AnyIO.openCancelScope(o -> o.timeout(Duration.ofNanos(random.nextInt(100_000))));
            default -> AnyIO.openCancelScope();
        };
        if (random.nextInt(3) == 0) {
            Thread.ofVirtual().start(scope::cancel);
        }
        scope.run(operation::run);
    }

    @AnyioTest
    void closesFromAnywhereEndEveryOperation(TaskGroup<?> group) throws Exception {
        var end = AnyIO.currentTime().plus(TIME);
        int rounds = 0;
        try (SocketListener listener = Pair.listen()) {
            while (AnyIO.currentTime().isBefore(end)) {
                SocketStream client = Pair.connect(listener);
                SocketStream server = listener.accept();
                TaskHandle<?>[] tasks = {
                        group.spawn("client sends", () -> untilItEnds(() -> client.send(new byte[100_000]))),
                        group.spawn("client receives", () -> untilItEnds(client::receive)),
                        group.spawn("server sends", () -> untilItEnds(() -> server.send(new byte[10]))),
                        group.spawn("server receives", () -> untilItEnds(server::receive))};
                for (int i = random.nextInt(4); i > 0; i--) {
                    AnyIO.checkpoint();
                }
                SocketStream first = random.nextBoolean() ? client : server;
                SocketStream second = first == client ? server : client;
                Thread other = random.nextBoolean() ? Thread.ofPlatform().start(() -> closeQuietly(first)) : null;
                if (other == null || random.nextBoolean()) {
                    closeQuietly(first);
                }
                if (random.nextBoolean()) {
                    AnyIO.sleep(Duration.ZERO);
                }
                closeQuietly(second);
                AnyIO.failAfter(Duration.ofSeconds(10), () -> {
                    for (TaskHandle<?> task : tasks) {
                        task.awaitEnd();
                    }
                });
                rounds++;
            }
        }
        int finished = rounds;
        assertTrue(finished > 10, () -> finished + " rounds, seed " + seed);
    }

    /**
     * A closed descriptor soon belongs to another connection: a late use of it would read or write the bytes of that
     * connection.
     */
    @AnyioTest
    void nobodyGetsTheBytesOfAnotherConnection(TaskGroup<?> group) throws Exception {
        var end = AnyIO.currentTime().plus(TIME);
        AtomicInteger exchanged = new AtomicInteger();
        try (SocketListener listener = Pair.listen()) {
            CancelScope serving = AnyIO.openCancelScope();
            group.spawn("serve", () -> serving.run(() -> listener.serve(TcpStressTest::echo, o -> o.isolated(true))));
            AnyIO.createTaskGroup(IOException.class).run(clients -> {
                for (int i = 0; i < 20; i++) {
                    byte tag = (byte) i;
                    clients.spawn("client " + i, () -> {
                        while (AnyIO.currentTime().isBefore(end)) {
                            SocketStream stream = Pair.connect(listener);
                            Thread closer = random.nextBoolean()
                                    ? Thread.ofPlatform().start(() -> closeQuietly(stream))
                                    : null;
                            untilItEnds(() -> {
                                byte[] data = new byte[random.nextInt(1, 200)];
                                Arrays.fill(data, tag);
                                stream.send(data);
                                for (byte received : stream.receive()) {
                                    assertEquals(tag, received, () -> "seed " + seed);
                                }
                                if (closer == null && random.nextInt(10) == 0) {
                                    stream.close();
                                }
                                exchanged.incrementAndGet();
                            });
                            closeQuietly(stream);
                        }
                    });
                }
            });
            serving.cancel();
        }
        assertTrue(exchanged.get() > 10, () -> exchanged + " exchanges, seed " + seed);
    }

    private static void echo(SocketStream stream) {
        untilItEnds(() -> stream.send(stream.receive()));
    }

    private static void untilItEnds(Operation operation) {
        try {
            while (true) {
                operation.run();
                AnyIO.sleep(Duration.ZERO);
            }
        } catch (IOException | ClosedResourceException _) {
            // an end of some kind: that is what is waited for
        }
    }

    private static void closeQuietly(SocketStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
