package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.sync.WouldBlockException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The records of one session: the engine, and what lies between it and the transport.
 *
 * <p>One task at a time receives, which the stream guards. Records are made and sent under the lock {@code turn}, because a receive may have to answer (key update, renegotiation) while another task sends. Both directions keep what a cancellation
 * leaves behind: {@code incoming} is what was received and not decrypted, {@code outgoing} the rest of a record whose send was cancelled, which goes out first next time.
 */
final class Records {
    /** Decrypts what it is given; the rest is kept for the next one. */
    @FunctionalInterface
    interface Sink {
        /** Returns BUFFER_UNDERFLOW if it needs more for a record. */
        Status accept(ByteBuffer encrypted) throws SSLException;
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** What a transport that is a socket takes in one step. */
    private static final int LARGEST_SEND = 65536;

    final SSLEngine engine;
    private final ByteStream transport;
    private final Buffers buffers;
    private final Lock turn;

    // the receiver's
    private @Nullable ByteBuffer incoming;
    private boolean starved;
    private boolean transportEnded;
    private boolean handshaking;
    private HandshakeStatus status = HandshakeStatus.NOT_HANDSHAKING;
    private @Nullable SSLException failure;
    private boolean alerted;
    private boolean ended;
    private char @Nullable [] offeredCiphers;

    // guarded by the turn
    private @Nullable ByteBuffer outgoing;
    private @Nullable IOException sendFailure;

    Records(TaskContext task, ByteStream transport, SSLEngine engine, Buffers buffers) {
        Synchronization synchronization = task.runtime().service(Synchronization.class);
        if (synchronization == null) {
            throw new IllegalStateException("The runtime of the event loop has no synchronization");
        }
        this.transport = transport;
        this.engine = engine;
        this.buffers = buffers;
        this.turn = synchronization.createLock();
    }

    // ---- handshake

    /** Does the handshake that the engine has begun. */
    void handshake(TaskContext task, Workers workers) throws IOException {
        handshaking = true;
        try {
            negotiate(task, workers);
        } catch (SSLException e) {
            alert(e);
            throw e;
        }
        handshaking = false;
        starved = false;
        status = engine.getHandshakeStatus();
    }

    private void negotiate(TaskContext task, Workers workers) throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> emit();
                case NEED_TASK -> workers.call(task, "TLS handshake", () -> {
                    runTasks();
                    return true;
                });
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!feed(this::decryptHandshake)) {
                        throw new BrokenResourceException("The other side ended the transport in the middle of the TLS handshake", null);
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private Status decryptHandshake(ByteBuffer encrypted) throws SSLException {
        if (offeredCiphers == null && !engine.getUseClientMode()) {
            offeredCiphers = ClientHello.ciphers(encrypted);
        }
        ByteBuffer nothing = buffers.take(Buffers.SIZE);
        try {
            return decrypt(encrypted, nothing, false);
        } finally {
            buffers.give(nothing);
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** Tells the other side why, once, if it can be told at once; the reason is what counts. */
    private void alert(SSLException reason) {
        if (alerted) {
            return;
        }
        alerted = true;
        try {
            emitUnlessBusy();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** What the client of a server's session offered, or null if that is not known. */
    char @Nullable [] offeredCiphers() {
        return offeredCiphers;
    }

    // ---- receiving

    /** Whether the other side has ended the session. */
    boolean ended() {
        return ended;
    }

    /** Whether a received record asks for something. */
    private boolean owes() {
        return status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NEED_TASK;
    }

    /** Gives the sink what is there, or waits for more; false if the transport has ended. A checkpoint if it waits. */
    boolean feed(Sink sink) throws IOException {
        if (failure != null) {
            throw failed(failure);
        }
        try {
            answer();
            ByteBuffer rest = incoming;
            if (rest != null && !starved) {
                try {
                    starved = sink.accept(rest) == Status.BUFFER_UNDERFLOW;
                } finally {
                    incoming = rest.hasRemaining() ? rest : null;
                }
                if (!starved) {
                    return true;
                }
            }
            if (!transportEnded) {
                transportEnded = !receiveMore(sink);
            }
            return !transportEnded;
        } catch (SSLException e) {
            throw failed(e);
        }
    }

    /** What a failed session throws: in its handshake the engine's own error, later that it is broken. */
    private IOException failed(SSLException reason) {
        failure = reason;
        if (handshaking) {
            return reason;
        }
        alert(reason);
        return new BrokenResourceException("The TLS session has failed: " + reason.getMessage(), reason);
    }

    private boolean receiveMore(Sink sink) throws IOException {
        try {
            return transport.<SSLException>receive(lent -> acceptLent(sink, lent));
        } catch (SSLException | BrokenResourceException e) {
            throw e;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private void acceptLent(Sink sink, ByteBuffer lent) throws SSLException {
        ByteBuffer rest = incoming;
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
        try {
            starved = sink.accept(encrypted) == Status.BUFFER_UNDERFLOW;
        } finally {
            incoming = encrypted.hasRemaining() ? Buffers.copy(encrypted) : null;
        }
    }

    /**
     * Decrypts records into a buffer.
     *
     * @param all whether to go on after the first one that had data
     * @return OK if there was data, or a message of the protocol that has to be seen to first; CLOSED at the end of the session; BUFFER_OVERFLOW if there is no room for a record, BUFFER_UNDERFLOW if it is not whole
     */
    Status decrypt(ByteBuffer encrypted, ByteBuffer target, boolean all) throws SSLException {
        int start = target.position();
        while (encrypted.hasRemaining()) {
            SSLEngineResult result;
            try {
                result = engine.unwrap(encrypted, target);
            } catch (SSLException e) {
                failure = e;
                if (target.position() > start) {
                    return Status.OK;
                }
                throw e;
            }
            status = result.getHandshakeStatus();
            boolean data = target.position() > start;
            if (result.getStatus() != Status.OK) {
                ended |= result.getStatus() == Status.CLOSED;
                return data ? Status.OK : result.getStatus();
            }
            if ((data && !all) || owes() || (handshaking && status != HandshakeStatus.NEED_UNWRAP)) {
                return Status.OK;
            }
        }
        return target.position() > start ? Status.OK : Status.BUFFER_UNDERFLOW;
    }

    /** Sees to what a received record asks for: a key update, or a renegotiation. If another task is just sending, it says that. */
    private void answer() throws IOException {
        while (!handshaking && owes()) {
            if (status == HandshakeStatus.NEED_TASK && !engine.getUseClientMode()) {
                // clients could keep the loop busy with this; TLS 1.3 has it no more, and OpenSSL refuses it, too
                throw new SSLException("The client has asked to negotiate the session again, which is refused");
            }
            runTasks();
            if (!emitUnlessBusy()) {
                return;
            }
            status = engine.getHandshakeStatus();
        }
    }

    /** Sends what the engine has to say; false if another task is sending, which does that at its end. */
    private boolean emitUnlessBusy() throws IOException {
        try {
            turn.acquireNowait();
        } catch (WouldBlockException _) {
            return false;
        }
        try {
            flush();
            emitNow();
        } finally {
            turn.release();
        }
        return true;
    }

    /** What was received beyond the end of the session. */
    ByteBuffer rest() {
        return incoming == null ? NOTHING.duplicate() : incoming;
    }

    // ---- sending

    /** Encrypts and sends all of the source, several records at a time. */
    void send(ByteBuffer source, Runnable checkOpen) throws IOException {
        try (Held _ = turn.hold()) {
            flush();
            while (source.hasRemaining()) {
                checkOpen.run();
                ByteBuffer encrypted = buffers.take(Buffers.SIZE).limit(LARGEST_SEND);
                try {
                    encrypt(source, encrypted);
                    transmit(encrypted.flip());
                } catch (IOException e) {
                    sendFailure = e; // records are numbered: one that is lost is never made up for
                    throw e;
                } finally {
                    buffers.give(encrypted);
                }
            }
            emitNow();
        }
    }

    private void encrypt(ByteBuffer source, ByteBuffer encrypted) throws IOException {
        while (source.hasRemaining()) {
            SSLEngineResult result = wrap(source, encrypted);
            switch (result.getStatus()) {
                case OK -> {
                    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                        runTasks();
                    } else if (result.bytesProduced() == 0 && result.getHandshakeStatus() != HandshakeStatus.FINISHED) {
                        throw new BrokenResourceException(
                                "The TLS session is being negotiated again, and the other side has to go on with that",
                                null);
                    }
                }
                case CLOSED -> throw new BrokenResourceException("The other side has ended the TLS session", null);
                default -> {
                    return;
                }
            }
        }
    }

    private SSLEngineResult wrap(ByteBuffer source, ByteBuffer encrypted) throws IOException {
        try {
            return engine.wrap(source, encrypted);
        } catch (SSLException e) {
            if (!handshaking) {
                throw new BrokenResourceException("The TLS session has failed: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    /** Ends the sending direction; again to finish what was cancelled. */
    void sendClose() throws IOException {
        engine.closeOutbound();
        emit();
    }

    /** Sends what the engine has to say, waiting for its turn. */
    private void emit() throws IOException {
        try (Held _ = turn.hold()) {
            flush();
            emitNow();
        }
    }

    private void emitNow() throws IOException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
            ByteBuffer encrypted = buffers.take(Buffers.SIZE);
            try {
                SSLEngineResult result;
                do {
                    result = wrap(NOTHING, encrypted);
                } while (result.getStatus() == Status.OK && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
                if (encrypted.flip().hasRemaining()) {
                    transmit(encrypted);
                }
            } finally {
                buffers.give(encrypted);
            }
        }
    }

    private void flush() throws IOException {
        ByteBuffer rest = outgoing;
        if (sendFailure != null) {
            throw brokenBefore(sendFailure);
        }
        if (rest != null) {
            write(rest);
            outgoing = null;
        }
    }

    private void transmit(ByteBuffer encrypted) throws IOException {
        try {
            write(encrypted);
        } finally {
            outgoing = encrypted.hasRemaining() ? Buffers.copy(encrypted) : null;
        }
    }

    private void write(ByteBuffer encrypted) throws IOException {
        try {
            transport.send(encrypted);
        } catch (IOException e) {
            sendFailure = e;
            throw broken(e);
        }
    }

    private static BrokenResourceException broken(IOException e) {
        return e instanceof BrokenResourceException already
                ? already
                : new BrokenResourceException("The transport of the TLS stream failed: " + e.getMessage(), e);
    }

    private static BrokenResourceException brokenBefore(IOException first) {
        Throwable reason = first.getCause();
        return new BrokenResourceException("The TLS stream has broken before: " + first.getMessage(), reason == null ? first : reason);
    }
}
