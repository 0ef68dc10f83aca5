package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import org.osgi.annotation.versioning.ConsumerType;

/** What a {@link TlsListener} does with a connection whose handshake has failed. */
@ConsumerType
@FunctionalInterface
public interface HandshakeErrorHandler {
    /**
     * Is told of the failure, in the connection's task. A cancellation and an {@link Error} are no such failures: they
     * end the task.
     *
     * @param error why: {@link javax.net.ssl.SSLException}, {@link javax.net.ssl.SSLKeyException} if the context of
     * this side could not be had, {@link io.anyio.api.stream.BrokenResourceException} if the other side has gone,
     * {@link io.anyio.api.task.TimedOutException} if it took too long
     * @param stream the connection as it came, in an unknown state; closed forcefully afterwards
     * @throws Exception ends the listener's {@code serve}
     */
    void handle(Exception error, ByteStream stream) throws Exception;
}
