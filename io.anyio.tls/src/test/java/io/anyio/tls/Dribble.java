package io.anyio.tls;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ForwardingByteStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** A transport that gives and takes pieces of any length, and lets others run in between. */
final class Dribble extends ForwardingByteStream {
    private final Random random;

    Dribble(ByteStream stream, Random random) {
        super(stream);
        this.random = random;
    }

    private int piece(int most) {
        return Math.min(most, random.nextBoolean() ? 1 + random.nextInt(20) : 1 + random.nextInt(20_000));
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        return super.receive(piece(maxBytes));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        int limit = source.limit();
        try {
            while (source.position() < limit) {
                source.limit(source.position() + piece(limit - source.position()));
                super.send(source);
                if (source.position() < limit && random.nextInt(10) == 0) {
                    AnyIO.checkpoint();
                }
            }
        } finally {
            source.limit(limit);
        }
    }
}
