package io.anyio.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What a connection writes to and reads from, without waiting. */
sealed interface Wire permits Wire.Plain, SecureWire {
    /** Takes what it can of the bytes, and tries to write all it has taken. */
    void write(ByteBuffer bytes) throws IOException;

    /** Whether something that was taken is not written. */
    boolean isPending();

    /** Reads what is there; 0 if there is nothing, -1 at the end. */
    int read(ByteBuffer bytes) throws IOException;

    /**
     * The socket itself.
     *
     * @param channel not blocking
     */
    record Plain(SocketChannel channel) implements Wire {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            channel.write(bytes);
        }

        @Override
        public boolean isPending() {
            return false;
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            return channel.read(bytes);
        }
    }
}
