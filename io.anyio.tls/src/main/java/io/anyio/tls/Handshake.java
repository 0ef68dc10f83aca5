package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The first handshake of a session (RFC 8446, section 4): does in turn what the engine wants, over both directions,
 * until it wants nothing more. If the other side violates the protocol or is not trusted, it gets an alert, and the
 * session cannot be used. TlsHandshakeTest proves it.
 */
final class Handshake {
    private final Engine engine;
    private final Incoming incoming;
    private final Outgoing outgoing;
    private final Buffers buffers;

    private char @Nullable [] offeredCiphers;

    Handshake(Engine engine, Incoming incoming, Outgoing outgoing, Buffers buffers) {
        this.engine = engine;
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.buffers = buffers;
    }

    /**
     * Does the handshake that the engine has begun. A checkpoint.
     *
     * @return the cipher suites that the client offered to a server, or null if they are not known
     * @throws SSLException if the other side violates the protocol or is not trusted
     */
    char @Nullable [] run(TaskContext task) throws IOException {
        try {
            negotiate(task);
        } catch (SSLException e) {
            outgoing.alert(e);
            throw e;
        }
        engine.established();
        return offeredCiphers;
    }

    private void negotiate(TaskContext task) throws IOException {
        while (true) {
            task.checkpoint();
            switch (engine.wants()) {
                case NEED_WRAP -> {
                    if (engine.jdk().isOutboundDone()) {
                        throw ended();
                    }
                    outgoing.emit();
                }
                case NEED_TASK -> engine.compute(task, true);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!incoming.feed(this::decrypt)) {
                        throw new BrokenResourceException(
                                "The other side ended the transport in the middle of the TLS handshake", null);
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    if (engine.ended()) {
                        throw ended();
                    }
                    return;
                }
            }
        }
    }

    private static BrokenResourceException ended() {
        return new BrokenResourceException("The other side ended TLS in the middle of the handshake", null);
    }

    private Status decrypt(ByteBuffer encrypted) throws SSLException {
        if (offeredCiphers == null && engine.isServer()) {
            offeredCiphers = ClientHello.ciphers(encrypted);
        }
        ByteBuffer nothing = buffers.take(Buffers.SIZE);
        try {
            return engine.decrypt(encrypted, nothing, false);
        } finally {
            buffers.give(nothing);
        }
    }
}
