package io.anyio.net.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose bytes are received ahead of its handler, so that a reset is noticed while the handler does not
 * receive. For pollers that tell of nothing that nobody waits for.
 */
final class ReadAhead implements SocketStream {
    /** How many bytes are received ahead. While they wait for the handler, a reset is not noticed. */
    private static final int MOST = 1 << 16;

    private final ChannelStream stream;
    private final ByteStream arriving;
    private final ByteStream arrived;
    private volatile @Nullable BrokenResourceException failure;

    private ReadAhead(ChannelStream stream, MemoryByteStreams pipe) {
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
        try {
            while (true) {
                arriving.send(stream.receive());
            }
        } catch (EndOfStreamException _) {
            arriving.sendEof();
            return false;
        } catch (ClosedResourceException _) {
            return false;
        } catch (BrokenResourceException e) {
            failure = e;
            arriving.sendEof();
            return true;
        }
    }

    private void checkFailure() throws BrokenResourceException {
        BrokenResourceException its = failure;
        if (its != null) {
            throw its;
        }
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        try {
            return arrived.receive(maxBytes);
        } catch (EndOfStreamException e) {
            checkFailure();
            throw e;
        } catch (ClosedResourceException _) {
            throw new ClosedResourceException("The socket " + this);
        }
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        stream.send(bytes);
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        stream.send(source);
    }

    @Override
    public void sendEof() throws IOException {
        stream.sendEof();
    }

    @Override
    public void close() throws IOException {
        try (arriving; arrived) {
            stream.close();
        }
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return stream.attributes();
    }

    @Override
    public String toString() {
        return stream.toString();
    }
}
