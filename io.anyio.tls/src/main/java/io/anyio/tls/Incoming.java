package io.anyio.tls;

import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Receives encrypted bytes from the transport. It borrows the bytes where they are, and keeps only those that cannot be
 * used yet: a part of a record, or records after the requested one. One task at a time receives.
 *
 * <p>Whatever is thrown on the way, each byte is offered to a sink, in order, until a sink has taken it. If memory is
 * short and bytes can be neither offered nor kept, nothing more is received. IncomingTest proves it.
 */
final class Incoming {
    /** Decrypts the bytes that it gets; the rest is kept for the next sink. */
    @FunctionalInterface
    interface Sink {
        /** Returns BUFFER_UNDERFLOW if it needs more for a record. */
        Status accept(ByteBuffer encrypted) throws SSLException;
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteStream transport;
    private final Buffers buffers;

    private @Nullable ByteBuffer kept;

    /** Whether what is kept is only a part of a record. */
    private boolean starved;

    private boolean ended;

    /** Whether bytes of the transport were lost: neither taken nor kept. */
    private boolean lost;

    Incoming(ByteStream transport, Buffers buffers) {
        this.transport = transport;
        this.buffers = buffers;
    }

    /** Whether the other side has ended the transport. */
    boolean ended() {
        return ended;
    }

    /** The received bytes that no sink has taken. */
    ByteBuffer rest() {
        return kept == null ? NOTHING.duplicate() : kept;
    }

    /**
     * Offers the available bytes to a sink, or waits for more; false if the transport has ended. A checkpoint if it
     * waits.
     */
    boolean feed(Sink sink) throws IOException {
        if (lost) {
            throw new SSLException("Bytes that the transport had received are lost: memory or stack ran out before "
                    + "they were decrypted or kept");
        }
        ByteBuffer rest = kept;
        if (rest != null && !starved) {
            try {
                starved = sink.accept(rest) == Status.BUFFER_UNDERFLOW;
            } finally {
                kept = rest.hasRemaining() ? rest : null;
            }
            if (!starved) {
                return true;
            }
        }
        if (!ended) {
            ended = !receive(sink);
        }
        return !ended;
    }

    private boolean receive(Sink sink) throws IOException {
        try {
            return transport.<SSLException>receive(lent -> acceptLent(sink, lent));
        } catch (SSLException | BrokenResourceException e) {
            throw e;
        } catch (IOException e) {
            throw Broken.byTransport(e);
        }
    }

    private void acceptLent(Sink sink, ByteBuffer lent) throws SSLException {
        lost = true;
        ByteBuffer rest = kept;
        if (rest == null && lent.hasArray()) {
            accept(sink, lent);
            return;
        }
        ByteBuffer encrypted = buffers.take(lent.remaining() + (rest == null ? 0 : rest.remaining()));
        try {
            if (rest != null) {
                encrypted.put(rest);
            }
            accept(sink, encrypted.put(lent).flip());
        } finally {
            buffers.give(encrypted);
        }
    }

    private void accept(Sink sink, ByteBuffer encrypted) throws SSLException {
        starved = false;
        try {
            starved = sink.accept(encrypted) == Status.BUFFER_UNDERFLOW;
        } finally {
            kept = encrypted.hasRemaining() ? Buffers.copy(encrypted) : null;
            lost = false;
        }
    }
}
