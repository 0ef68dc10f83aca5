package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stream that is another one, for subclasses that change one thing about it: count its bytes, delay them, add an
 * attribute, do something at its close.
 *
 * <pre>{@code
 * @Override
 * public byte[] receive(int maxBytes) throws IOException {
 *     byte[] bytes = super.receive(maxBytes);
 *     received += bytes.length;
 *     return bytes;
 * }
 * }</pre>
 *
 * <p>Each byte passes through {@link #receive(int)} or {@link #send(ByteBuffer)}: the other ways to receive and to send
 * call these two, so that a subclass overrides no more. A subclass that leaves the bytes alone and is to be fast with
 * large amounts can also pass on {@code receive(ByteBuffer)} and {@code receive(BlockWith)} to {@link #wrapped()},
 * which saves an array for each receive.
 *
 * <p>It owns the stream that it wraps: {@code close} closes that one. What may be called at the same time, and from
 * which thread, is as in that one.
 *
 * <p>Guide: {@code docs/streams.md}. AnyIO has no such class.
 */
@ConsumerType
public abstract class ForwardingByteStream implements ByteStream {
    private final ByteStream wrapped;

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param wrapped the stream that does the work
     */
    protected ForwardingByteStream(ByteStream wrapped) {
        this.wrapped = Objects.requireNonNull(wrapped, "ForwardingByteStream: the stream to wrap is null");
    }

    /**
     * Returns the stream that does the work.
     *
     * @return the wrapped stream
     */
    protected final ByteStream wrapped() {
        return wrapped;
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        return wrapped.receive(maxBytes);
    }

    @Override
    public final void send(byte[] bytes) throws IOException {
        send(ByteBuffer.wrap(Objects.requireNonNull(bytes, "ByteStream.send: the bytes are null")));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        wrapped.send(source);
    }

    @Override
    public void sendEof() throws IOException {
        wrapped.sendEof();
    }

    @Override
    public void close() throws IOException {
        wrapped.close();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return wrapped.attributes();
    }

    @Override
    public String toString() {
        return wrapped.toString();
    }
}
