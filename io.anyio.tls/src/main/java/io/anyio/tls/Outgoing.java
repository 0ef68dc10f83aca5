package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelledError;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes records and sends them to the transport. Both happen under the lock {@code turn}, because a receive may have to
 * answer (to a key update, RFC 8446, section 4.6.3) while another task sends.
 *
 * <p>Records are numbered, so one that is lost, or sent in part or twice, spoils all that follow. So if anything is
 * thrown between the making of a record and the end of its send, one of two states remains: {@code unsent} has exactly
 * the rest of the records, which is sent first next time, or {@code failure} is set, and nothing more is sent.
 * TransportFaultsTest and TlsCancelSweepTest prove it.
 */
final class Outgoing {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** The most that a socket accepts in one step. */
    private static final int LARGEST_SEND = 65536;

    private final Engine engine;
    private final ByteStream transport;
    private final Buffers buffers;
    private final Lock turn;

    // guarded by the turn
    private @Nullable ByteBuffer unsent;
    private @Nullable Throwable failure;

    /** Whether an alert was sent; used by the task that receives. */
    private boolean alerted;

    Outgoing(Engine engine, ByteStream transport, Buffers buffers, Synchronization synchronization) {
        this.engine = engine;
        this.transport = transport;
        this.buffers = buffers;
        this.turn = synchronization.createLock();
    }

    // ---- what the application sends

    /**
     * Encrypts and sends all of the source, several records at a time.
     *
     * @param checkOpen throws if the stream has been closed; called before each step, and when a step fails because the
     * transport or the session has ended
     */
    void send(ByteBuffer source, Runnable checkOpen) throws IOException {
        try (Held _ = turn.hold()) {
            flush();
            while (source.hasRemaining()) {
                checkOpen.run();
                emit(encrypted -> encrypt(source, encrypted.limit(LARGEST_SEND)));
            }
            emitNow();
        } catch (SSLException e) {
            checkOpen.run();
            throw Broken.bySession(e);
        } catch (ClosedResourceException | BrokenResourceException e) {
            checkOpen.run();
            throw e;
        }
    }

    private void encrypt(ByteBuffer source, ByteBuffer encrypted) throws IOException {
        while (source.hasRemaining()) {
            SSLEngineResult result = engine.encrypt(source, encrypted);
            switch (result.getStatus()) {
                case OK -> {
                    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                        // not cancellable: no other task could finish it
                        engine.compute(TaskContext.current("TLS"), false);
                    } else if (result.bytesProduced() == 0 && result.getHandshakeStatus() != HandshakeStatus.FINISHED) {
                        throw new BrokenResourceException(
                                "The TLS session is being negotiated again, and the other side has to go on with that",
                                null);
                    }
                }
                case CLOSED -> {
                    SSLException reason = engine.failure();
                    throw reason == null ? new BrokenResourceException("The TLS session has ended", null) : reason;
                }
                default -> {
                    return;
                }
            }
        }
    }

    // ---- what the protocol sends

    /** Ends the sending direction with {@code close_notify}; a second call finishes what was cancelled. */
    void sendClose() throws IOException {
        engine.jdk().closeOutbound();
        try {
            emit();
        } catch (SSLException e) {
            throw Broken.bySession(e);
        }
    }

    /**
     * Sends the alert for a failure, once (RFC 8446, section 6.2). If another task is sending, that task sends it at
     * its end. An error here is suppressed in the reason, which the caller throws.
     */
    void alert(SSLException reason) {
        if (alerted) {
            return;
        }
        alerted = true;
        if (engine.wants() != HandshakeStatus.NEED_WRAP) {
            engine.jdk().closeOutbound(); // an engine that has no alert of its own sends close_notify
        }
        try {
            emitUnlessBusy();
        } catch (IOException | RuntimeException e) {
            if (e != reason && e.getCause() != reason) {
                reason.addSuppressed(e);
            }
        }
    }

    /** Sends the engine's own records, after the sends of other tasks. */
    void emit() throws IOException {
        try (Held _ = turn.hold()) {
            flush();
            emitNow();
        }
    }

    /** Sends the engine's own records; false if another task is sending, which then sends them at its end. */
    boolean emitUnlessBusy() throws IOException {
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

    /** Sends until the engine wants to send nothing more, or makes no record although it wants to. */
    private void emitNow() throws IOException {
        boolean[] more = {true};
        while (more[0] && engine.wants() == HandshakeStatus.NEED_WRAP && !engine.jdk().isOutboundDone()) {
            emit(encrypted -> {
                SSLEngineResult result;
                do {
                    result = engine.encrypt(NOTHING, encrypted);
                } while (result.getStatus() == Status.OK && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
                more[0] = encrypted.position() > 0;
            });
        }
    }

    // ---- one step

    /** The source of records. */
    @FunctionalInterface
    private interface Maker {
        /** Makes records. If it throws an IOException, the records before that are complete. */
        void make(ByteBuffer encrypted) throws IOException;
    }

    private void emit(Maker maker) throws IOException {
        ByteBuffer encrypted = buffers.take(Buffers.SIZE);
        try {
            IOException error = null;
            try {
                maker.make(encrypted);
            } catch (IOException e) {
                error = e;
            } catch (Throwable e) {
                failure = e;
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

    /** Sends what remained from a cancelled send. */
    private void flush() throws IOException {
        if (failure != null) {
            throw Broken.before(failure);
        }
        if (unsent != null) {
            transmit(unsent);
        }
    }

    private void transmit(ByteBuffer encrypted) throws IOException {
        if (!encrypted.hasRemaining()) {
            return;
        }
        try {
            transport.send(encrypted);
            unsent = null;
        } catch (Throwable e) {
            failure = e;
            // if nothing remains, the transport does not know how much it has sent
            if (e instanceof CancelledError && encrypted.hasRemaining()) {
                unsent = Buffers.copy(encrypted);
                failure = null;
            }
            if (e instanceof IOException failed) {
                throw Broken.byTransport(failed);
            }
            throw e;
        }
    }
}
