/**
 * TLS over any stream of bytes, with the JDK's engine.
 *
 * <p>From bottom to top: {@code Engine} makes and reads single records. {@code Outgoing} and {@code Incoming} carry
 * them to and from the transport. {@code Handshake} runs over both, and after it {@code Plaintext} decrypts what comes
 * in. {@code CloseNotify} and {@code Linger} are the two ways to end a session. {@code EngineStream} is the stream that
 * users have. {@code Sessions} puts these parts together, for {@code HandshakeListener} and {@code TlsService}.
 */
@NullMarked
package io.anyio.tls;

import org.jspecify.annotations.NullMarked;
