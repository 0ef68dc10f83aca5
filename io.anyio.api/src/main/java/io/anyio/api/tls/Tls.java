package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.ObjectStream;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Adds TLS to streams of bytes.
 *
 * {@snippet :
 * TlsListener listener = tls.listen(sockets,
 *         o -> o.context(context).handshakeTimeout(Duration.ofSeconds(20)));
 * group.spawn("server", () -> listener.serve(stream -> {
 *     try (stream) {
 *         for (byte[] chunk : stream) {
 *             stream.send(chunk);
 *         }
 *     }
 * }));
 * }
 *
 * <p>The transport may be any stream of bytes: a socket, a connection in memory, or another TLS stream. A client that
 * only connects does not need this service: see {@code tls} in {@link io.anyio.api.net.ConnectOptions}. The service
 * holds no resources, and one instance may serve all tasks. In plain Java, call {@code AnyIO.service(Tls.class)} once
 * and keep the result, because its streams share buffers.
 *
 * <p>Guide: {@code docs/tls.md}. In AnyIO: {@code anyio.streams.tls.TLSStream.wrap}.
 */
@ProviderType
public interface Tls {
    /**
     * Performs the TLS handshake over a stream of bytes, and returns when it is complete. A checkpoint. If it fails or
     * is cancelled, the transport stays open and the caller must close it; it cannot be used for anything else. Long
     * computations and the reading of key stores take place in worker threads.
     *
     * <p>A client with a host name resumes the session of an earlier connection with the same context if the server
     * agrees. The context finds that session by the name and the port if the transport has
     * {@link io.anyio.api.net.SocketAttribute#REMOTE_PORT}, and otherwise by the name alone. Without a host name no
     * session is resumed.
     *
     * <p>In AnyIO: {@code anyio.streams.tls.TLSStream.wrap}. Rules: TLS-01 to TLS-07, TLS-11, TLS-35 of
     * {@code docs/semantics.md}.
     *
     * @param transport the stream that carries the records; it is closed with the result
     * @param options changes the default options
     * @return the stream with TLS
     * @throws javax.net.ssl.SSLException if the handshake fails, for example because a certificate is not trusted;
     * {@link javax.net.ssl.SSLKeyException} if the context of this side cannot be obtained
     * @throws IllegalArgumentException if the options contradict the context; nothing has been sent
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport during the handshake, or
     * the handshake takes longer than the options allow
     * @throws IOException if the transport fails
     */
    TlsStream wrap(ByteStream transport, UnaryOperator<TlsOptions> options) throws IOException;

    /**
     * Performs the TLS handshake over a stream of byte arrays of any length; otherwise like
     * {@link #wrap(ByteStream, UnaryOperator)}.
     *
     * @param transport the stream that carries the records; it is closed with the result, and must not change the
     * arrays
     * @param options changes the default options
     * @return the stream with TLS
     * @throws javax.net.ssl.SSLException if the handshake fails, for example because a certificate is not trusted;
     * {@link javax.net.ssl.SSLKeyException} if the context of this side cannot be obtained
     * @throws IllegalArgumentException if the options contradict the context; nothing has been sent
     * @throws io.anyio.api.stream.BrokenResourceException if the other side ends the transport during the handshake, or
     * the handshake takes longer than the options allow
     * @throws IOException if the transport fails
     */
    TlsStream wrap(ObjectStream<byte[]> transport, UnaryOperator<TlsOptions> options) throws IOException;

    /**
     * Makes a listener that adds TLS to the connections of another one; see {@link TlsListener}. Not a checkpoint; from
     * any thread.
     *
     * <p>In AnyIO: {@code anyio.streams.tls.TLSListener}. Rules: TLS-36 to TLS-46 of {@code docs/semantics.md}.
     *
     * @param listener the listener that accepts the connections; it is closed with the result
     * @param options changes the default options
     * @return the listener, to be served and closed
     */
    TlsListener listen(Listener<? extends ByteStream> listener, UnaryOperator<TlsListenerOptions> options);
}
