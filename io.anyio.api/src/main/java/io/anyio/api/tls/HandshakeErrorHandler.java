package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import org.osgi.annotation.versioning.ConsumerType;

/** Handles a connection of a {@link TlsListener} whose handshake has failed. */
@ConsumerType
@FunctionalInterface
public interface HandshakeErrorHandler {
    /**
     * Called after a failed handshake, in the task of the connection. It is not called after a cancellation or an
     * {@link Error}: these end the task.
     *
     * @param error the reason: {@link javax.net.ssl.SSLException} if the handshake failed,
     * {@link javax.net.ssl.SSLKeyException} if the context of this side could not be obtained,
     * {@link io.anyio.api.stream.BrokenResourceException} if the other side has closed the connection,
     * {@link io.anyio.api.task.TimedOutException} if the handshake took too long
     * @param stream the connection without TLS, in an unknown state; it is closed forcefully afterwards
     * @throws Exception if the listener should end: its {@code serve} throws it
     */
    void handle(Exception error, ByteStream stream) throws Exception;
}
