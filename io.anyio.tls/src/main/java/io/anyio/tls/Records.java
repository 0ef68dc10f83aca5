package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelledError;
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
 * <p>One task at a time receives, which the stream guards. Records are made and sent under the lock {@code turn},
 * because a receive may have to answer (key update, renegotiation) while another task sends. Both directions keep what
 * a cancellation leaves behind: {@code incoming} is what was received and not decrypted, {@code outgoing} the rest of
 * the records whose send was cancelled, which goes out first next time.
 *
 * <p>Records are numbered, so one that is lost, or sent in part or twice, spoils all that follow. Hence whatever is
 * thrown between the making of a record and the end of its send leaves behind either exactly its rest in
 * {@code outgoing} or a {@code sendFailure}, after which nothing is sent any more; and what is thrown out of the middle
 * of decrypting is a {@code failure} for good. TransportFaultsTest proves it.
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

    /** After how many records without data in a row the caller has to pass a checkpoint. */
    private static final int MOST_EMPTY = 64;

    final SSLEngine engine;
    private final ByteStream transport;
    private final Buffers buffers;
    private final Workers workers;
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
    private @Nullable Throwable sendFailure;

    Records(TaskContext task, ByteStream transport, SSLEngine engine, Buffers buffers, Workers workers) {
        Synchronization synchronization = task.runtime().require(Synchronization.class);
        this.transport = transport;
        this.engine = engine;
        this.buffers = buffers;
        this.workers = workers;
        this.turn = synchronization.createLock();
    }

    // ---- handshake

    /** Does the handshake that the engine has begun. */
    void handshake(TaskContext task) throws IOException {
        handshaking = true;
        try {
            negotiate(task);
        } catch (SSLException e) {
            alert(e);
            throw e;
        }
        handshaking = false;
        starved = false;
        status = engine.getHandshakeStatus();
    }

    private void negotiate(TaskContext task) throws IOException {
        while (true) {
            task.checkpoint();
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> {
                    if (engine.isOutboundDone()) {
                        throw endedInHandshake();
                    }
                    emit();
                }
                case NEED_TASK -> workers.call(task, "TLS handshake", true, this::runTasks);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!feed(this::decryptHandshake)) {
                        throw new BrokenResourceException(
                                "The other side ended the transport in the middle of the TLS handshake", null);
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    if (ended) {
                        throw endedInHandshake();
                    }
                    return;
                }
            }
        }
    }

    private static BrokenResourceException endedInHandshake() {
        return new BrokenResourceException("The other side ended TLS in the middle of the handshake", null);
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

    private boolean runTasks() throws SSLException {
        try {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            return true;
        } catch (RuntimeException e) {
            throw asSslException(e);
        }
    }

    /** In a session that is negotiated again: a cancellation waits, for nobody else could finish the tasks. */
    private void runTasksAgain() throws IOException {
        workers.call(TaskContext.current("TLS"), "TLS handshake", false, this::runTasks);
    }

    /**
     * Tells the other side why, once, unless another task is just sending, which does it then; the reason is what
     * counts.
     */
    private void alert(SSLException reason) {
        if (alerted) {
            return;
        }
        alerted = true;
        if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
            engine.closeOutbound(); // who has no alert of its own says that it closes
        }
        try {
            emitUnlessBusy();
        } catch (IOException | RuntimeException e) {
            if (e != reason && e.getCause() != reason) {
                reason.addSuppressed(e);
            }
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

    /** Whether the other side has ended the transport. */
    boolean transportEnded() {
        return transportEnded;
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
        return brokenBy(reason);
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
     * @return OK if there was data, or a message of the protocol that has to be seen to first, or many records without
     * data; CLOSED at the end of the session; BUFFER_OVERFLOW if there is no room for a record, BUFFER_UNDERFLOW if it
     * is not whole
     */
    Status decrypt(ByteBuffer encrypted, ByteBuffer target, boolean all) throws SSLException {
        int start = target.position();
        int empty = 0;
        while (encrypted.hasRemaining()) {
            int before = target.position();
            SSLEngineResult result;
            try {
                result = unwrap(encrypted, target);
            } catch (SSLException e) {
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
            if (target.position() == before && ++empty == MOST_EMPTY) {
                return Status.OK;
            }
        }
        return target.position() > start ? Status.OK : Status.BUFFER_UNDERFLOW;
    }

    private SSLEngineResult unwrap(ByteBuffer encrypted, ByteBuffer target) throws SSLException {
        try {
            return engine.unwrap(encrypted, target);
        } catch (SSLException | RuntimeException e) {
            SSLException reason = asSslException(e);
            failure = reason;
            throw reason;
        } catch (Error e) {
            failure = new SSLException("The TLS engine failed with " + e.getClass().getName(), e);
            throw e;
        }
    }

    /**
     * Sees to what a received record asks for: a key update, or a renegotiation. If another task is just sending, it
     * says that.
     */
    private void answer() throws IOException {
        while (!handshaking && owes()) {
            if (status == HandshakeStatus.NEED_TASK && !engine.getUseClientMode()) {
                // clients could keep the loop busy with this; TLS 1.3 has it no more, and OpenSSL refuses it, too
                throw new SSLException("The client has asked to negotiate the session again, which is refused");
            }
            if (status == HandshakeStatus.NEED_TASK) {
                runTasksAgain();
            }
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
                emit(encrypted -> encrypt(source, encrypted.limit(LARGEST_SEND)));
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
                        runTasksAgain();
                    } else if (result.bytesProduced() == 0 && result.getHandshakeStatus() != HandshakeStatus.FINISHED) {
                        throw new BrokenResourceException(
                                "The TLS session is being negotiated again, and the other side has to go on with that",
                                null);
                    }
                }
                case CLOSED -> {
                    SSLException reason = failure;
                    throw reason == null
                            ? new BrokenResourceException("The TLS session has ended", null)
                            : brokenBy(reason);
                }
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
            throw handshaking ? e : brokenBy(e);
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

    /** Stops when the engine has nothing more, also if it wants to and does not. */
    private void emitNow() throws IOException {
        boolean[] more = {true};
        while (more[0] && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
            emit(encrypted -> {
                SSLEngineResult result;
                do {
                    result = wrap(NOTHING, encrypted);
                } while (result.getStatus() == Status.OK && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
                more[0] = encrypted.position() > 0;
            });
        }
    }

    /** Makes records. */
    @FunctionalInterface
    private interface Maker {
        /** An exception comes between two records, and those that were made before count. */
        void make(ByteBuffer encrypted) throws IOException;
    }

    /** Makes records and sends them. */
    private void emit(Maker maker) throws IOException {
        ByteBuffer encrypted = buffers.take(Buffers.SIZE);
        try {
            IOException error = null;
            try {
                maker.make(encrypted);
            } catch (IOException e) {
                error = e;
            } catch (Throwable e) {
                sendFailure = e;
                throw e;
            }
            transmit(encrypted.flip());
            if (error != null) {
                throw error;
            }
        } finally {
            buffers.give(encrypted);
        }
    }

    /** Sends what a cancellation has left. */
    private void flush() throws IOException {
        if (sendFailure != null) {
            throw brokenBefore(sendFailure);
        }
        if (outgoing != null) {
            transmit(outgoing);
        }
    }

    private void transmit(ByteBuffer encrypted) throws IOException {
        if (!encrypted.hasRemaining()) {
            return;
        }
        try {
            transport.send(encrypted);
            outgoing = null;
        } catch (Throwable e) {
            sendFailure = e;
            // if nothing remains the transport does not know what it has sent
            if (e instanceof CancelledError && encrypted.hasRemaining()) {
                outgoing = Buffers.copy(encrypted);
                sendFailure = null;
            }
            if (e instanceof IOException failed) {
                throw broken(failed);
            }
            throw e;
        }
    }

    // ---- errors

    private static SSLException asSslException(Exception e) {
        return e instanceof SSLException already
                ? already
                : new SSLException("The TLS engine failed with " + e.getClass().getName(), e);
    }

    private static BrokenResourceException brokenBy(SSLException reason) {
        return new BrokenResourceException("The TLS session has failed: " + reason.getMessage(), reason);
    }

    private static BrokenResourceException broken(IOException e) {
        return e instanceof BrokenResourceException already
                ? already
                : new BrokenResourceException("The transport of the TLS stream failed: " + e.getMessage(), e);
    }

    private static BrokenResourceException brokenBefore(Throwable first) {
        if (first instanceof CancelledError) {
            return new BrokenResourceException(
                    "The TLS stream has broken before: a send was cancelled, and its transport does not tell "
                            + "how much of it was sent",
                    null);
        }
        Throwable reason = first.getCause();
        return new BrokenResourceException("The TLS stream has broken before: " + first.getMessage(),
                reason == null ? first : reason);
    }
}
