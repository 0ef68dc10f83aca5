package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.Operation;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted stream, after its handshake: which task may use it when, and what it gets if the stream is closed at the
 * same time.
 *
 * <p>A byte comes up from the transport through {@link Incoming} and {@link Plaintext}, and goes down through
 * {@link Outgoing}. Each direction serves one task at a time. A close needs both, and shares the receiving direction
 * with a task that waits in it: that task gets what comes next, sees that the stream is closed, and leaves the rest to
 * the close. The state changes once, so that exactly one task closes or unwraps. TlsCloseTest and TlsStatesTest prove
 * it.
 */
final class EngineStream implements TlsStream {
    /** A stream leaves OPEN once. */
    private enum State {
        OPEN,

        /** A task closes it, or has closed it. */
        CLOSED,

        /** The transport belongs to the caller of {@code unwrap} again. */
        UNWRAPPED
    }

    /** How many bytes an unwrap keeps that no task has received. */
    private static final int MOST_UNREAD = 1 << 20;

    private static final String NOTHING = "TlsStream.send: what is to be sent is null";

    private final ByteStream transport;
    private final Engine engine;
    private final Plaintext plaintext;
    private final Outgoing outgoing;
    private final boolean standardCompatible;
    private final char @Nullable [] offeredCiphers;

    private final Runnable checkOpen = this::checkOpen;
    private final Operation receiving = Operation.reading(checkOpen);
    private final Operation sending = Operation.writing(checkOpen);
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /** Whether a second close, which could not wait, has closed the transport during the first one. */
    private volatile boolean forced;

    /** Whether an unwrap has failed: what it had received is lost, and the stream can only be closed. */
    private volatile boolean unwrapFailed;

    /** Set for a close that waits until no task receives any more. */
    private volatile @Nullable Event receiverGone;

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
            endReceive();
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
            endReceive();
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
            endReceive();
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

    private void endReceive() {
        receiving.end();
        VarHandle.fullFence(); // either this sees the close that waits, or that one sees the end: see awaitReceiverGone
        Event gone = receiverGone;
        if (gone != null) {
            gone.set();
        }
    }

    // ---- sending

    @Override
    public void send(byte[] bytes) throws IOException {
        send(ByteBuffer.wrap(Objects.requireNonNull(bytes, NOTHING)));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source, NOTHING);
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
            unlessClosed(outgoing::sendClose);
        } finally {
            sending.end();
        }
    }

    /** Does a step. Whatever has become of it, if the stream was closed meanwhile, that is the reason. */
    private void unlessClosed(Block<IOException> step) throws IOException {
        try {
            step.run();
        } catch (ClosedResourceException | BrokenResourceException e) {
            checkOpen();
            throw e;
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
                ByteArrayOutputStream unread = new ByteArrayOutputStream();
                unlessClosed(() -> closeNotify().exchange(task, () -> {}, bytes -> keepUnread(bytes, unread)));
                if (!state.compareAndSet(State.OPEN, State.UNWRAPPED)) {
                    throw closedException();
                }
                Unwrapped result = new Unwrapped(transport, ByteBuffer.wrap(unread.toByteArray()), plaintext.rest());
                unwrapped = true;
                return result;
            } finally {
                unwrapFailed = !unwrapped;
                endReceive();
            }
        } finally {
            sending.end();
        }
    }

    private CloseNotify closeNotify() {
        return new CloseNotify(transport, outgoing, plaintext);
    }

    private void keepUnread(ByteBuffer bytes, ByteArrayOutputStream unread) throws IOException {
        if (unread.size() + bytes.remaining() > MOST_UNREAD) {
            throw new BrokenResourceException("The other side of " + this + " goes on sending, and more than "
                    + MOST_UNREAD + " bytes were not received: receive until it has ended before you unwrap", null);
        }
        unread.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    @Override
    public void close() throws IOException {
        TaskContext task = TaskContext.currentOrNull();
        if (!state.compareAndSet(State.OPEN, State.CLOSED)) {
            // a close that cannot wait ends the wait of the first one
            if (state.get() == State.CLOSED && (task == null || task.cancellationPending())) {
                forced = true;
                transport.close();
            }
            return;
        }
        if (task != null) {
            try {
                closeGracefully(task);
            } catch (ClosedResourceException e) {
                // perhaps only one direction of it is closed
                Closing.forcefully(task, transport, e);
                if (!forced) {
                    throw new BrokenResourceException("The transport of " + this + " was closed before TLS had ended",
                            e);
                }
            } catch (IOException | RuntimeException | Error e) {
                Closing.forcefully(task, transport, e);
                throw e;
            }
        }
        transport.close();
    }

    private void closeGracefully(TaskContext task) throws IOException {
        if (standardCompatible) {
            task.checkCancelled(); // before what is broken can say so: a forced close has no error
            closeNotify().exchange(task, () -> awaitReceiverGone(task), _ -> {});
        } else if (!task.cancellationPending() && canLinger()) {
            Linger.over(task, transport);
        }
    }

    /** If a task waits in the transport, it is to see the close: then there is no lingering. */
    private boolean canLinger() {
        return Linger.helps(transport) && receiving.tryBegin() && sending.tryBegin() && !plaintext.transportEnded();
    }

    /** Takes over the receiving direction from a task that waits in it. */
    private void awaitReceiverGone(TaskContext task) {
        while (!receiving.tryBegin()) {
            Event gone = task.runtime().require(Synchronization.class).createEvent();
            receiverGone = gone;
            if (receiving.tryBegin()) {
                return;
            }
            gone.await();
        }
    }

    private void checkOpen() {
        if (state.get() != State.OPEN || unwrapFailed) {
            throw closedException();
        }
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException(
                "The stream " + this + (unwrapFailed ? ", of which an unwrap has failed," : ""));
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return SessionAttributes.of(transport, engine.jdk(), offeredCiphers, standardCompatible);
    }

    @Override
    public String toString() {
        return "tls:" + transport;
    }
}
