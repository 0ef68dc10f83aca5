package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ClosedResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The decrypted data of the other side, after the handshake. It also answers requests in records. One task at a time
 * receives.
 *
 * <p>It holds no buffer while it waits. It keeps the data that was decrypted and not requested: a cancelled receive, or
 * one of a few bytes, loses nothing. TlsCancelSweepTest and IdleSizeTest prove it.
 */
final class Plaintext {
    private final Engine engine;
    private final Incoming incoming;
    private final Outgoing outgoing;
    private final Buffers buffers;

    private @Nullable ByteBuffer kept;

    Plaintext(Engine engine, Incoming incoming, Outgoing outgoing, Buffers buffers) {
        this.engine = engine;
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.buffers = buffers;
    }

    /**
     * Waits for data, and lends all available data. A checkpoint if it waits.
     *
     * @param checkOpen throws if the stream has been closed; asked after each wait
     * @return the data, to be passed to {@link #give} afterwards; null at the end of the session or of the transport
     */
    @Nullable
    ByteBuffer next(TaskContext task, Runnable checkOpen) throws IOException {
        await(task, null, encrypted -> decrypt(encrypted, true), checkOpen);
        ByteBuffer buffer = kept;
        kept = null;
        return buffer;
    }

    /** Takes back a buffer of {@link #next}; what remains in it is dropped. */
    void give(ByteBuffer buffer) {
        buffers.give(buffer);
    }

    /**
     * Waits for data, and copies the kept data or that of one record into a new array. A checkpoint if it waits.
     *
     * @param checkOpen throws if the stream has been closed; asked after each wait
     * @return at least one byte, or null at the end of the session or of the transport
     */
    byte @Nullable [] array(TaskContext task, int maxBytes, Runnable checkOpen) throws IOException {
        await(task, null, encrypted -> decrypt(encrypted, false), checkOpen);
        ByteBuffer rest = kept;
        if (rest == null) {
            return null;
        }
        byte[] bytes = new byte[Math.min(maxBytes, rest.remaining())];
        move(rest, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * Waits for data, and writes it to the caller's buffer. A checkpoint if it waits.
     *
     * @param checkOpen throws if the stream has been closed; asked after each wait
     * @return how many bytes, or -1 at the end of the session or of the transport
     */
    int into(TaskContext task, ByteBuffer target, Runnable checkOpen) throws IOException {
        int start = target.position();
        if (!await(task, target, encrypted -> decryptInto(encrypted, target), checkOpen)) {
            return -1;
        }
        ByteBuffer rest = kept;
        if (rest != null && target.position() == start) {
            move(rest, target);
        }
        return target.position() - start;
    }

    /** Moves data to the caller. Memory is allocated first, so that nothing is lost without it. */
    private void move(ByteBuffer rest, ByteBuffer target) {
        int count = Math.min(target.remaining(), rest.remaining());
        int end = rest.position() + count;
        ByteBuffer left = count == rest.remaining() ? null : Buffers.own(rest.duplicate().position(end));
        target.put(target.position(), rest, rest.position(), count).position(target.position() + count);
        kept = left;
        buffers.give(rest);
    }

    /** Whether the other side has ended the session, with {@code close_notify}. */
    boolean ended() {
        return engine.ended();
    }

    /** Whether the other side has ended the transport. */
    boolean transportEnded() {
        return incoming.ended();
    }

    /** What was received after the end of the session. */
    ByteBuffer rest() {
        return incoming.rest();
    }

    // ---- from records to data

    /** Waits until something is kept, or is in the target if there is one; false at the end. */
    private boolean await(TaskContext task, @Nullable ByteBuffer target, Incoming.Sink sink, Runnable checkOpen)
            throws IOException {
        int start = target == null ? 0 : target.position();
        while (kept == null) {
            if (!more(sink, checkOpen)) {
                return false;
            }
            if (target != null && target.position() > start) {
                return true;
            }
            if (kept == null) {
                task.checkpoint(); // the other side may send records without data indefinitely
            }
        }
        return true;
    }

    private boolean more(Incoming.Sink sink, Runnable checkOpen) throws IOException {
        if (engine.ended()) {
            return false;
        }
        boolean more;
        try {
            more = feed(sink);
        } catch (ClosedResourceException | BrokenResourceException e) {
            checkOpen.run();
            throw e;
        }
        checkOpen.run();
        return more;
    }

    private boolean feed(Incoming.Sink sink) throws IOException {
        try {
            SSLException before = engine.failure();
            if (before != null) {
                throw before;
            }
            answer();
            return incoming.feed(sink);
        } catch (SSLException e) {
            engine.fail(e);
            outgoing.alert(e);
            throw Broken.bySession(e);
        }
    }

    /**
     * Fulfils the request of the last record: an answer to a key update, or a step of a new negotiation. If another
     * task is sending, that task sends the answer.
     */
    private void answer() throws IOException {
        while (engine.owes()) {
            if (engine.owesComputation()) {
                if (engine.isServer()) {
                    // clients could keep the loop busy with this; TLS 1.3 does not have it, and OpenSSL refuses it, too
                    throw new SSLException("The client has asked to negotiate the session again, which is refused");
                }
                // not cancellable: no other task could finish it
                engine.compute(TaskContext.current("TLS"), false);
            }
            if (!outgoing.emitUnlessBusy()) {
                return;
            }
            engine.answered();
        }
    }

    private Status decrypt(ByteBuffer encrypted, boolean all) throws SSLException {
        ByteBuffer buffer = buffers.take(Buffers.SIZE).limit(ByteReceiveStream.DEFAULT_MAX_BYTES);
        try {
            return engine.decrypt(encrypted, buffer, all);
        } finally {
            if (buffer.flip().hasRemaining()) {
                kept = buffer;
            } else {
                buffers.give(buffer);
            }
        }
    }

    /** Decrypts into the caller's buffer; a record without enough space there is kept. */
    private Status decryptInto(ByteBuffer encrypted, ByteBuffer target) throws SSLException {
        Status status = engine.decrypt(encrypted, target, true);
        return status == Status.BUFFER_OVERFLOW ? decrypt(encrypted, false) : status;
    }
}
