package io.anyio.net.unix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some senders make a read stop short of what is there: by a byte out of band (TCP), or a descriptor that comes with a
 * message (UNIX). All of it must come, and without that the sender sends more.
 */
class PartsTest {
    private static final int ROUNDS = 200;
    private static final byte URGENT = -1;

    @TempDir
    Path directory;

    /** What such senders do; all of it at once, while the loop waits for them. */
    private interface Sender {
        void send(byte[] bytes) throws Exception;

        void sendSpecial(byte[] bytes) throws Exception;
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @AnyioTest
    void whatIsBehindABytesOutOfBandComes() throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"));
                Socket client = new Socket("127.0.0.1", listener.localPort());
                SocketStream server = listener.accept()) {
            client.setTcpNoDelay(true);
            allOfItComes(server, new Sender() {
                @Override
                public void send(byte[] bytes) throws IOException {
                    client.getOutputStream().write(bytes);
                }

                @Override
                public void sendSpecial(byte[] bytes) throws IOException {
                    client.getOutputStream().write(bytes);
                    client.sendUrgentData(URGENT);
                }
            });
        }
    }

    @AnyioTest
    void whatIsBehindAPassedDescriptorComes() throws Exception {
        assumeTrue(Rights.available(), "descriptors cannot be passed here");
        Path path = directory.resolve("s");
        try (SocketListener listener = AnyIO.service(Listeners.class).unix(path);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                SocketStream server = listener.accept()) {
            allOfItComes(server, new Sender() {
                @Override
                public void send(byte[] bytes) throws IOException {
                    write(client, bytes);
                }

                @Override
                public void sendSpecial(byte[] bytes) throws Exception {
                    Rights.send(client, bytes);
                }
            });
        }
    }

    private static void allOfItComes(SocketStream server, Sender sender) throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            String where = "round " + round + ", seed " + seed;
            int parts = 1 + random.nextInt(5);
            boolean early = random.nextBoolean();
            boolean all = AnyIO.moveOnAfter(Duration.ofSeconds(10),
                    () -> AnyIO.createTaskGroup(Exception.class).run(group -> {
                        if (early) {
                            // waits already; otherwise it would see what is there before it waits
                            group.spawn("receiver", () -> receive(server, received, sent));
                            AnyIO.waitAllTasksBlocked();
                        }
                        for (int i = 0; i < parts; i++) {
                            byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 10)];
                            random.nextBytes(bytes);
                            for (int at = 0; at < bytes.length; at++) {
                                bytes[at] &= Byte.MAX_VALUE;
                            }
                            sent.write(bytes);
                            if (random.nextInt(3) > 0) {
                                sender.sendSpecial(bytes);
                            } else {
                                sender.send(bytes);
                            }
                        }
                        sender.send(new byte[]{7});
                        sent.write(7);
                        if (!early) {
                            receive(server, received, sent);
                        }
                    }));
            assertTrue(all, () -> where + ": " + received.size() + " of " + sent.size());
            assertArrayEquals(sent.toByteArray(), received.toByteArray(), where);
        }
    }

    private static void receive(SocketStream server, ByteArrayOutputStream received, ByteArrayOutputStream sent)
            throws IOException {
        while (received.size() < sent.size() || sent.size() == 0) {
            for (byte each : server.receive()) {
                if (each != URGENT) {
                    received.write(each);
                }
            }
        }
    }
}
