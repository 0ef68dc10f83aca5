package io.anyio.net.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Deadline;
import io.anyio.net.socket.Endpoint;
import io.anyio.net.socket.Opening;
import io.anyio.net.socket.SocketAttributes;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection over a channel, TCP or UNIX.
 *
 * <p>It calls the operating system as seldom as possible. A read that did not fill its buffer has most likely emptied
 * the socket, so the next receive first waits until the socket is readable. After a read that filled its buffer, the
 * next receive reads at once. A send writes at once, and waits only if the socket did not accept all bytes.
 */
public final class ChannelStream extends Endpoint implements SocketStream {
    private final SocketChannel channel;
    private final String kind;
    private final SocketAddress remote;

    /** Written by whoever has {@code sending}. */
    private volatile boolean ended;

    /** The exception of a reset: the operating system reports a reset once, and the end of the stream afterwards. */
    private volatile @Nullable IOException resetBy;

    /** Whether the socket most likely has something to read; guarded by {@code receiving}. */
    private boolean readable = true;

    private ChannelStream(SocketChannel channel, RegisteredChannel registered, Owner owner, String kind)
            throws IOException {
        super(registered, owner);
        this.channel = channel;
        this.kind = kind;
        this.remote = channel.getRemoteAddress();
    }

    /**
     * Takes over a connected channel.
     *
     * @param opening has the channel, not yet registered
     * @param owner closes it at its end
     * @param kind tcp or unix, for display
     * @return the connection
     * @throws IOException if the channel is closed
     */
    static ChannelStream of(Opening<SocketChannel> opening, Owner owner, String kind) throws IOException {
        return of(opening, opening.register(owner.reactor()), owner, kind);
    }

    private static ChannelStream of(Opening<SocketChannel> opening, RegisteredChannel registered, Owner owner,
            String kind)
            throws IOException {
        ChannelStream stream = new ChannelStream(opening.channel(), registered, owner, kind);
        stream.belongToOwner();
        return opening.succeeded(stream);
    }

    /**
     * Connects a channel. A checkpoint.
     *
     * @param opening has the channel, not yet registered
     * @param remote where to
     * @param owner closes the connection at its end
     * @param kind tcp or unix, for display
     * @return the connection
     * @throws IOException if it cannot be connected
     */
    public static ChannelStream connect(Opening<SocketChannel> opening, SocketAddress remote, Owner owner, String kind)
            throws IOException {
        RegisteredChannel registered = opening.register(owner.reactor());
        if (!opening.channel().connect(remote)) {
            awaitConnected(opening.channel(), registered);
        }
        return of(opening, registered, owner, kind);
    }

    private static void awaitConnected(SocketChannel channel, RegisteredChannel registered) throws IOException {
        do {
            if (!registered.awaitWritable()) {
                throw new ClosedResourceException("The connection");
            }
        } while (!channel.finishConnect());
    }

    // ---- how it fares

    /** When a byte was last received or sent; when it was opened, before the first. */
    Deadline lastTransfer() {
        return registered.lastTransfer();
    }

    /** Whether {@link #awaitHangUp} learns of a hang-up. */
    boolean tellsHangUp() {
        return registered.tellsHangUp();
    }

    /**
     * Waits until the other side has gone: until it has reset the connection, or closed both directions. Returns false
     * if this side has closed it, or ended its own direction, so that the end of the other one says nothing.
     */
    boolean awaitHangUp() {
        return registered.awaitHangUp() && !ended;
    }

    /** The address of the other side, for display. */
    String remote() {
        return SocketAttributes.text(remote);
    }

    // ---- receiving

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        TaskContext task = beginReceiving("SocketStream.receive");
        try {
            ByteBuffer buffer = read(task, maxBytes);
            if (buffer == null) {
                throw new EndOfStreamException();
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } finally {
            endReceiving();
        }
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target, "SocketStream.receive: the buffer is null");
        if (!target.hasRemaining() || target.isReadOnly()) {
            throw new IllegalArgumentException("The buffer has no space remaining to be written to: " + target);
        }
        TaskContext task = beginReceiving("SocketStream.receive");
        try {
            if (target.isDirect()) {
                return readInto(target);
            }
            ByteBuffer buffer = read(task, target.remaining());
            if (buffer == null) {
                return -1;
            }
            int count = buffer.remaining();
            target.put(buffer);
            return count;
        } finally {
            endReceiving();
        }
    }

    @Override
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        Objects.requireNonNull(block, "SocketStream.receive: the block is null");
        TaskContext task = beginReceiving("SocketStream.receive");
        ByteBuffer buffer;
        try {
            if (read(task, DEFAULT_MAX_BYTES) == null) {
                return false;
            }
            buffer = task.lendBuffer();
        } finally {
            endReceiving();
        }
        try {
            block.run(buffer);
        } finally {
            task.giveBack(buffer);
        }
        return true;
    }

    /** Reads into the loop's buffer, which other tasks may use while this task waits; null at the end of the stream. */
    private @Nullable ByteBuffer read(TaskContext task, int maxBytes) throws IOException {
        while (true) {
            if (readable) {
                ByteBuffer buffer = task.buffer();
                if (maxBytes < buffer.limit()) {
                    buffer.limit(maxBytes);
                }
                int count = readOnce(buffer);
                if (count != 0) {
                    return count < 0 ? null : buffer.flip();
                }
            }
            awaitReadable();
            readable = true;
        }
    }

    private int readInto(ByteBuffer target) throws IOException {
        while (true) {
            if (readable) {
                int count = readOnce(target);
                if (count != 0) {
                    return count;
                }
            }
            awaitReadable();
            readable = true;
        }
    }

    private int readOnce(ByteBuffer buffer) throws IOException {
        int count;
        try {
            count = registered.read(buffer);
        } catch (IOException e) {
            throw broken("Receiving from ", e);
        }
        // after an end or a reset the socket stays readable
        readable = count < 0 || !buffer.hasRemaining();
        IOException reset = count < 0 ? resetBy : null;
        if (reset != null) {
            throw broken("Receiving from ", reset);
        }
        return count;
    }

    /**
     * Makes the exception for an error of the operating system. A reset ends both directions, so the direction that
     * gets it first keeps it for the other one. But "broken pipe" ends only the sending direction: the other side has
     * closed its receiving end, and what it has sent ends by itself.
     */
    private BrokenResourceException broken(String doing, IOException e) {
        BrokenResourceException broken = failed(doing + remote(), e);
        if (!String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
            resetBy = e;
        }
        return broken;
    }

    // ---- sending

    @Override
    public void send(byte[] bytes) throws IOException {
        Objects.requireNonNull(bytes, "SocketStream.send: the bytes are null");
        TaskContext task = beginSend("SocketStream.send");
        try {
            int offset = 0;
            while (offset < bytes.length) {
                ByteBuffer buffer = task.buffer();
                int length = Math.min(buffer.remaining(), bytes.length - offset);
                buffer.put(bytes, offset, length).flip();
                int count = writeOnce(buffer);
                offset += count;
                goOn(task, count < length, offset < bytes.length);
            }
        } finally {
            endSending();
        }
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source, "SocketStream.send: the buffer is null");
        TaskContext task = beginSend("SocketStream.send");
        try {
            if (source.isDirect()) {
                while (source.hasRemaining()) {
                    writeOnce(source);
                    goOn(task, source.hasRemaining(), false);
                }
                return;
            }
            while (source.hasRemaining()) {
                ByteBuffer buffer = task.buffer();
                int length = Math.min(buffer.remaining(), source.remaining());
                buffer.put(0, source, source.position(), length).limit(length);
                int count = writeOnce(buffer);
                source.position(source.position() + count);
                goOn(task, count < length, source.hasRemaining());
            }
        } finally {
            endSending();
        }
    }

    private TaskContext beginSend(String what) {
        TaskContext task = beginSending(what);
        if (ended) {
            endSending();
            throw new ClosedResourceException("The sending side of " + this);
        }
        return task;
    }

    private int writeOnce(ByteBuffer buffer) throws IOException {
        try {
            return registered.write(buffer);
        } catch (IOException e) {
            throw broken("Sending to ", e);
        }
    }

    private void goOn(TaskContext task, boolean full, boolean more) {
        if (full) {
            awaitWritable();
        } else if (more) {
            task.checkpoint();
            checkOpen();
        }
    }

    @Override
    public void sendEof() throws IOException {
        beginSending("SocketStream.sendEof");
        try {
            if (!ended) {
                ended = true;
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            throw broken("Ending the stream to ", e);
        } finally {
            endSending();
        }
    }

    // ---- both

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return SocketAttributes.connected(channel, () -> raw(channel), remote);
    }

    @Override
    public String toString() {
        return kind + ":" + remote();
    }
}
