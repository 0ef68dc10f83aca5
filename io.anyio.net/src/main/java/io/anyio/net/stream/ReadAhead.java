package io.anyio.net.stream;

import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose bytes are received ahead of its handler, so that a reset is noticed while the handler does not
 * receive. For pollers that tell of nothing that nobody waits for.
 */
final class ReadAhead extends ForwardingByteStream implements SocketStream {
    /** How many bytes are received ahead. While they wait for the handler, a reset is not noticed. */
    private static final int MOST = 1 << 16;

    private final ChannelStream stream;
    private final ByteStream arriving;
    private final ByteStream arrived;
    private volatile @Nullable BrokenResourceException failure;

    private ReadAhead(ChannelStream stream, MemoryByteStreams pipe) {
        super(stream);
        this.stream = stream;
        this.arriving = pipe.first();
        this.arrived = pipe.second();
    }

    static ReadAhead of(ChannelStream stream) {
        return new ReadAhead(stream, TaskContext.current("SocketListener.serve").runtime().require(MemoryStreams.class)
                .createMemoryByteStreams(MOST));
    }

    /** Receives until the other side has ended its direction, or one side has closed; true if it was reset. */
    boolean receiveUntilEnd() throws IOException {
        boolean more = true;
        while (more) {
            try {
                more = receiveOnce();
            } catch (ClosedResourceException | BrokenResourceException _) {
                // the handler has closed its stream
                more = false;
            }
        }
        return failure != null;
    }

    private boolean receiveOnce() throws IOException {
        byte[] bytes;
        try {
            bytes = stream.receive();
        } catch (EndOfStreamException _) {
            arriving.sendEof();
            return false;
        } catch (BrokenResourceException e) {
            failure = e;
            arriving.sendEof();
            return false;
        }
        arriving.send(bytes);
        return true;
    }

    private void checkFailure() throws BrokenResourceException {
        BrokenResourceException its = failure;
        if (its != null) {
            throw its;
        }
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException("The socket " + this);
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        try {
            return arrived.receive(maxBytes);
        } catch (EndOfStreamException e) {
            checkFailure();
            throw e;
        } catch (ClosedResourceException _) {
            throw closedException();
        }
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        try {
            int count = arrived.receive(target);
            if (count < 0) {
                checkFailure();
            }
            return count;
        } catch (ClosedResourceException _) {
            throw closedException();
        }
    }

    @Override
    public void close() throws IOException {
        try (arriving; arrived) {
            super.close();
        }
    }
}
