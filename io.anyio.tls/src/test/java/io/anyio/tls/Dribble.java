package io.anyio.tls;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ByteStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * A transport that gives and takes pieces of any length, and lets others run in between.
 *
 * @param stream what is below
 * @param random decides about lengths
 */
record Dribble(ByteStream stream, Random random) implements ByteStream {
    private int piece(int most) {
        return Math.min(most, random.nextBoolean() ? 1 + random.nextInt(20) : 1 + random.nextInt(20_000));
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        return stream.receive(piece(maxBytes));
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        send(ByteBuffer.wrap(bytes));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        int limit = source.limit();
        try {
            while (source.position() < limit) {
                source.limit(source.position() + piece(limit - source.position()));
                stream.send(source);
                if (source.position() < limit && random.nextInt(10) == 0) {
                    AnyIO.checkpoint();
                }
            }
        } finally {
            source.limit(limit);
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
