package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.ObjectStream;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Puts TLS on streams of bytes. A service that starts nothing: one for all. In plain Java keep what
 * {@code AnyIO.service} gives, as its streams share buffers.
 */
@ProviderType
public interface Tls {
    /**
     * Does the handshake over a stream and returns once it is complete. A checkpoint; if it fails or is cancelled the
     * transport is left open, for its owner to close, and cannot be used for anything else. What computes long, or
     * reads key stores, is done in worker threads.
     *
     * <p>A client with a host name resumes the session of an earlier connection with the same context, if the server
     * does. The context remembers it by the name and the port, if the transport has
     * {@link io.anyio.api.net.SocketAttribute#REMOTE_PORT}, else by the name alone; without a name nothing is resumed.
     *
     * @param transport what carries the records; belongs to the result afterwards
     * @param options changes the default options
     * @return the encrypted stream
     * @throws javax.net.ssl.SSLException if the handshake fails, for example for an untrusted certificate;
     * {@link javax.net.ssl.SSLKeyException} if the context of this side cannot be had
     * @throws IllegalArgumentException if the options do not fit the context; nothing was sent
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport in the middle of the
     * handshake, or does not answer in the time that the options give it
     * @throws IOException if the transport fails
     */
    TlsStream wrap(ByteStream transport, UnaryOperator<TlsOptions> options) throws IOException;

    /**
     * Does the handshake over a stream of objects that are bytes, of whatever length, and returns once it is complete.
     * A checkpoint, like the other one.
     *
     * @param transport what carries the records; belongs to the result afterwards, and must not change what was sent
     * @param options changes the default options
     * @return the encrypted stream
     * @throws javax.net.ssl.SSLException if the handshake fails, for example for an untrusted certificate;
     * {@link javax.net.ssl.SSLKeyException} if the context of this side cannot be had
     * @throws IllegalArgumentException if the options do not fit the context; nothing was sent
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport in the middle of the
     * handshake, or does not answer in the time that the options give it
     * @throws IOException if the transport fails
     */
    TlsStream wrap(ObjectStream<byte[]> transport, UnaryOperator<TlsOptions> options) throws IOException;

    /**
     * Makes a listener that encrypts the connections of another one. No checkpoint; from any thread.
     *
     * @param listener whose connections are encrypted; closed with the result
     * @param options changes the default options
     * @return the listener, to be served and closed
     */
    TlsListener listen(Listener<? extends ByteStream> listener, UnaryOperator<TlsListenerOptions> options);
}
