package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.Operation;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.BlockWith;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted stream, after its handshake: which task may use it when, and what it gets if the stream is closed at the
 * same time.
 *
 * <p>A byte comes up from the transport through {@link Incoming} and {@link Plaintext}, and goes down through
 * {@link Outgoing}. Each direction serves one task at a time. A close needs both directions. {@link StreamState}
 * decides which task ends the stream.
 */
final class EngineStream implements TlsStream {
    private final ByteStream transport;
    private final Engine engine;
    private final Plaintext plaintext;
    private final Outgoing outgoing;
    private final boolean standardCompatible;
    private final char @Nullable [] offeredCiphers;

    private final StreamState state;
    private final Runnable checkOpen;
    private final Receiving receiving;
    private final Operation sending;

    /** Guarded by {@code sending}. */
    private boolean sentEof;

    EngineStream(ByteStream transport, Engine engine, Plaintext plaintext, Outgoing outgoing,
            boolean standardCompatible, char @Nullable [] offeredCiphers) {
        this.transport = transport;
        this.engine = engine;
        this.plaintext = plaintext;
        this.outgoing = outgoing;
        this.standardCompatible = standardCompatible;
        this.offeredCiphers = offeredCiphers;
        this.state = new StreamState(transport);
        this.checkOpen = state::checkOpen;
        this.receiving = new Receiving(checkOpen);
        this.sending = Operation.writing(checkOpen);
    }

    // ---- receiving

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        TaskContext task = receiving.begin("TlsStream.receive");
        try {
            byte[] bytes = plaintext.array(task, maxBytes, checkOpen);
            if (bytes == null) {
                checkEnd();
                throw new EndOfStreamException();
            }
            return bytes;
        } finally {
            receiving.end();
        }
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target, "TlsStream.receive: the buffer is null");
        if (!target.hasRemaining() || target.isReadOnly()) {
            throw new IllegalArgumentException("The buffer has no space remaining to be written to: " + target);
        }
        TaskContext task = receiving.begin("TlsStream.receive");
        try {
            int count = plaintext.into(task, target, checkOpen);
            if (count < 0) {
                checkEnd();
            }
            return count;
        } finally {
            receiving.end();
        }
    }

    @Override
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        Objects.requireNonNull(block, "TlsStream.receive: the block is null");
        TaskContext task = receiving.begin("TlsStream.receive");
        ByteBuffer buffer;
        try {
            buffer = plaintext.next(task, checkOpen);
            if (buffer == null) {
                checkEnd();
                return false;
            }
        } finally {
            receiving.end();
        }
        try {
            block.run(buffer);
        } finally {
            plaintext.give(buffer);
        }
        return true;
    }

    /** If the stream is standard compatible, an end of the transport without {@code close_notify} is an error. */
    private void checkEnd() throws BrokenResourceException {
        if (standardCompatible && !plaintext.ended()) {
            throw Broken.byTruncation(transport);
        }
    }

    // ---- sending

    @Override
    public void send(byte[] bytes) throws IOException {
        send(ByteBuffer.wrap(Objects.requireNonNull(bytes, "TlsStream.send: the bytes are null")));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source, "TlsStream.send: the buffer is null");
        sending.begin("TlsStream.send");
        try {
            if (sentEof) {
                throw new ClosedResourceException("The sending side of " + this);
            }
            outgoing.send(source, checkOpen);
        } finally {
            sending.end();
        }
    }

    @Override
    public void sendEof() throws IOException {
        sending.begin("TlsStream.sendEof");
        try {
            String version = engine.jdk().getSession().getProtocol();
            if (!version.equals("TLSv1.3")) {
                // RFC 5246, section 7.2.1: there, the other side answers with its own end and drops what it has to send
                throw new UnsupportedOperationException("sendEof needs TLS 1.3, but this session has " + version);
            }
            sentEof = true;
            state.unlessClosed(outgoing::sendClose);
        } finally {
            sending.end();
        }
    }

    // ---- the end

    @Override
    public Unwrapped unwrap() throws IOException {
        TaskContext task = sending.begin("TlsStream.unwrap");
        try {
            receiving.begin("TlsStream.unwrap");
            boolean unwrapped = false;
            try {
                Unread unread = new Unread(state.name());
                state.unlessClosed(() -> closeNotify().exchange(task, () -> {}, unread));
                state.unwrap();
                Unwrapped result = new Unwrapped(transport, unread.bytes(), plaintext.rest());
                unwrapped = true;
                return result;
            } finally {
                if (!unwrapped) {
                    state.unwrapFailed();
                }
                receiving.end();
            }
        } finally {
            sending.end();
        }
    }

    private CloseNotify closeNotify() {
        return new CloseNotify(transport, outgoing, plaintext);
    }

    @Override
    public void close() throws IOException {
        state.close(this::endSession);
    }

    private void endSession(TaskContext task) throws IOException {
        if (standardCompatible) {
            task.checkCancelled(); // first, because a forced close must not report a broken stream
            closeNotify().exchange(task, () -> receiving.takeOver(task), _ -> {});
        } else if (!task.cancellationPending() && canLinger()) {
            Linger.over(task, transport);
        }
    }

    /** False also if a task waits in the transport: it has to see the close at once. */
    private boolean canLinger() {
        return Linger.helps(transport) && receiving.tryBegin() && sending.tryBegin() && !plaintext.transportEnded();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return SessionAttributes.of(transport, engine.jdk(), offeredCiphers, standardCompatible);
    }

    @Override
    public String toString() {
        return state.name();
    }
}
