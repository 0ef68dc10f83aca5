package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's engine of one session, and the state of the session.
 *
 * <p>The engine has no thread and no transport. It turns bytes into records and records into bytes, and after each step
 * it says what it wants next: to send a record of its own (NEED_WRAP), to receive a record (NEED_UNWRAP), or a
 * computation that takes long (NEED_TASK).
 *
 * <p>One task at a time decrypts, and one at a time encrypts; these may be two tasks. Records are numbered (RFC 8446,
 * section 5.3), so after a record that cannot be decrypted, no other can be: anything thrown while a record is
 * decrypted is a {@code failure} that remains. HostileEngineTest proves it.
 */
final class Engine {
    /** After this many records in a row without data, the caller has to pass a checkpoint. */
    private static final int MOST_EMPTY = 64;

    private final SSLEngine jdk;
    private final Workers workers;

    // of the task that decrypts
    private boolean handshaking = true;
    private HandshakeStatus status = HandshakeStatus.NOT_HANDSHAKING;
    private boolean ended;
    private @Nullable SSLException failure;

    Engine(SSLEngine jdk, Workers workers) {
        this.jdk = jdk;
        this.workers = workers;
    }

    /** The engine itself, for questions about the session. */
    SSLEngine jdk() {
        return jdk;
    }

    /** What the engine wants next. */
    HandshakeStatus wants() {
        return jdk.getHandshakeStatus();
    }

    /** Whether it is the server of the session. */
    boolean isServer() {
        return !jdk.getUseClientMode();
    }

    // ---- what has become of the session

    /** The first handshake is over, and records have data from now on. */
    void established() {
        handshaking = false;
        answered();
    }

    /** Whether the last record that was decrypted asks for something: an answer, or a computation. */
    boolean owes() {
        return status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NEED_TASK;
    }

    /** Whether the last record that was decrypted asks for a computation. */
    boolean owesComputation() {
        return status == HandshakeStatus.NEED_TASK;
    }

    /** Called when a request of a record was fulfilled; the engine may then have another one. */
    void answered() {
        status = wants();
    }

    /** Whether the other side has ended the session, with {@code close_notify}. */
    boolean ended() {
        return ended;
    }

    /** Why nothing can be decrypted any more, or null if it can. */
    @Nullable
    SSLException failure() {
        return failure;
    }

    /** Nothing is decrypted any more. */
    void fail(SSLException reason) {
        failure = reason;
    }

    // ---- steps

    /** Makes one record, if there is space for it. An error here does not end decrypting. */
    SSLEngineResult encrypt(ByteBuffer source, ByteBuffer encrypted) throws SSLException {
        return jdk.wrap(source, encrypted);
    }

    /**
     * Decrypts records into a buffer. An error that comes after data is thrown by the next call.
     *
     * @param all whether to continue after the first record with data
     * @return OK if there was data, or a message of the protocol that has to be answered first, or many records without
     * data; CLOSED at the end of the session; BUFFER_OVERFLOW if there is no space for a record, BUFFER_UNDERFLOW if
     * the record is not complete
     */
    Status decrypt(ByteBuffer encrypted, ByteBuffer target, boolean all) throws SSLException {
        int start = target.position();
        int empty = 0;
        while (encrypted.hasRemaining()) {
            int before = target.position();
            SSLEngineResult result;
            try {
                result = decryptOne(encrypted, target);
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

    private SSLEngineResult decryptOne(ByteBuffer encrypted, ByteBuffer target) throws SSLException {
        try {
            return jdk.unwrap(encrypted, target);
        } catch (SSLException | RuntimeException e) {
            SSLException reason = asSslException(e);
            fail(reason);
            throw reason;
        } catch (Error e) {
            fail(new SSLException("The TLS engine failed with " + e.getClass().getName(), e));
            throw e;
        }
    }

    /**
     * Runs the computation that the engine wants, in a worker thread. A checkpoint.
     *
     * @param cancellable whether a cancelled task continues at once. The computation then still uses the engine, so the
     * session cannot be used any more
     */
    void compute(TaskContext task, boolean cancellable) throws IOException {
        workers.call(task, "TLS handshake", cancellable, this::runTasks);
    }

    private boolean runTasks() throws SSLException {
        try {
            for (Runnable task = jdk.getDelegatedTask(); task != null; task = jdk.getDelegatedTask()) {
                task.run();
            }
            return true;
        } catch (RuntimeException e) {
            throw asSslException(e);
        }
    }

    private static SSLException asSslException(Exception e) {
        return e instanceof SSLException already
                ? already
                : new SSLException("The TLS engine failed with " + e.getClass().getName(), e);
    }
}
