package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transport whose send ends in the middle of a record, by a cancellation or any exception: the TLS stream continues
 * with exactly the rest, or is broken. It never sends garbage, which the other side would see as a forged record.
 */
class TransportFaultsTest {
    private static final int ROUNDS = 30;
    private static SSLContext context;

    private final long seed = Long.getLong("anyio.seed", ThreadLocalRandom.current().nextLong());
    private final Random random = new Random(seed);

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** Sends pieces, and something may happen between two of them. It has nothing else than {@code send(byte[])}. */
    private static class OnlyArrays implements ByteStream {
        final ByteStream stream;
        final Random random;
        Block<IOException> fault = () -> {};

        OnlyArrays(ByteStream stream, Random random) {
            this.stream = stream;
            this.random = random;
        }

        final void disturb() throws IOException {
            if (random.nextInt(4) == 0) {
                fault.run();
            }
        }

        @Override
        public byte[] receive(int maxBytes) throws IOException {
            return stream.receive(maxBytes);
        }

        @Override
        public void send(byte[] bytes) throws IOException {
            for (int at = 0; at < bytes.length;) {
                disturb();
                int end = Math.min(bytes.length, at + 1 + random.nextInt(9000));
                stream.send(Arrays.copyOfRange(bytes, at, end));
                at = end;
            }
        }

        @Override
        public void sendEof() throws IOException {
            stream.sendEof();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    /** Counts what it has sent. */
    private static final class Counting extends OnlyArrays {
        Counting(ByteStream stream, Random random) {
            super(stream, random);
        }

        @Override
        public void send(ByteBuffer source) throws IOException {
            while (source.hasRemaining()) {
                disturb();
                int count = Math.min(source.remaining(), 1 + random.nextInt(9000));
                stream.send(source.slice(source.position(), count));
                source.position(source.position() + count);
            }
        }
    }

    private enum Outcome {
        ALL_RECEIVED, BROKEN
    }

    private static @Nullable Throwable receiveAll(TlsStream stream, ByteArrayOutputStream received) {
        try {
            while (true) {
                received.write(stream.receive());
            }
        } catch (EndOfStreamException _) {
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /** Sends until all is sent or the stream is broken. */
    private Outcome sendAll(TlsStream stream, OnlyArrays wire, byte[] data, @Nullable Supplier<Throwable> thrown)
            throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(data);
        boolean[] broken = new boolean[1];
        while (rest.hasRemaining() && !broken[0]) {
            CancelScope scope = AnyIO.openCancelScope();
            wire.fault = () -> {
                if (thrown == null) {
                    scope.cancel();
                    AnyIO.checkpoint();
                } else {
                    sneak(thrown.get());
                }
            };
            scope.run(() -> {
                try {
                    stream.send(rest);
                } catch (BrokenResourceException e) {
                    broken[0] = true;
                } catch (IllegalStateException | OutOfMemoryError | StackOverflowError e) {
                    broken[0] = thrown != null && thrown.get().getClass() == e.getClass();
                }
            });
        }
        wire.fault = () -> {};
        if (broken[0]) {
            assertThrows(BrokenResourceException.class, () -> stream.send(new byte[1]));
        } else {
            try {
                stream.sendEof(); // after what the last cancellation has left
            } catch (BrokenResourceException e) {
                broken[0] = true;
            }
        }
        return broken[0] ? Outcome.BROKEN : Outcome.ALL_RECEIVED;
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    private Map<Outcome, Integer> rounds(BiFunction<ByteStream, Random, OnlyArrays> make,
            @Nullable Supplier<Throwable> thrown) throws IOException {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] data = new byte[1 + random.nextInt(200_000)];
            random.nextBytes(data);
            OnlyArrays[] wire = new OnlyArrays[1];
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            Outcome[] outcome = new Outcome[1];
            Session.with(context, o -> o, o -> o, stream -> wire[0] = make.apply(stream, random), session -> {
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    TaskHandle<@Nullable Throwable> receiver = group.spawn("receive",
                            () -> receiveAll(session.server(), received));
                    outcome[0] = sendAll(session.client(), wire[0], data, thrown);
                    if (outcome[0] == Outcome.BROKEN) {
                        assertThrows(BrokenResourceException.class, () -> session.client().sendEof());
                    }
                    AnyIO.closeForcefully(session.client());
                    Throwable error = receiver.await();
                    assertNull(error == null ? null : error.getCause(),
                            () -> "garbage was sent, seed " + seed + ": " + error);
                });
            });
            byte[] all = received.toByteArray();
            int length = outcome[0] == Outcome.BROKEN ? all.length : data.length;
            assertArrayEquals(Arrays.copyOf(data, length), all, () -> "seed " + seed);
            outcomes.merge(outcome[0], 1, Integer::sum);
        }
        return outcomes;
    }

    @AnyioTest(timeout = 60) @Proves("TLS-32")
    void afterACancelledSendATransportThatCountsGoesOnWithTheRest() throws IOException {
        assertEquals(Map.of(Outcome.ALL_RECEIVED, ROUNDS), rounds(Counting::new, null), () -> "seed " + seed);
    }

    @AnyioTest(timeout = 60) @Proves("TLS-32")
    void afterACancelledSendATransportThatDoesNotCountIsBroken() throws IOException {
        assertTrue(rounds(OnlyArrays::new, null).containsKey(Outcome.BROKEN), () -> "seed " + seed);
    }

    @AnyioTest(timeout = 60) @Proves("TLS-34")
    void whateverASendThrowsBreaksTheStream() throws IOException {
        for (Supplier<Throwable> thrown : Arrays.<Supplier<Throwable>>asList(() -> new IOException("cut"),
                IllegalStateException::new, OutOfMemoryError::new,
                StackOverflowError::new)) {
            assertTrue(rounds(Counting::new, thrown).containsKey(Outcome.BROKEN), () -> "seed " + seed);
            assertTrue(rounds(OnlyArrays::new, thrown).containsKey(Outcome.BROKEN), () -> "seed " + seed);
        }
    }
}
