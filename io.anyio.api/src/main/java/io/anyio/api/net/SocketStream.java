package io.anyio.api.net;

import io.anyio.api.stream.ByteStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A connection over a TCP or UNIX socket, with the attributes of {@link SocketAttribute}.
 *
 * {@snippet :
 * try (SocketStream stream = network.connectTcp("127.0.0.1", listener.localPort())) {
 *     stream.send("hello".getBytes(UTF_8));
 *     reply = new String(stream.receive(), UTF_8);
 * }
 * }
 *
 * <p>It does not read before {@code receive} is called. It stays open if an operation is cancelled. {@code close} may
 * be called from any thread; the bytes of sends that have returned still reach the other side. If an operation has
 * several reasons to fail, the first one of this order counts: cancelled, closed, busy, broken.
 *
 * <p>Guide: {@code docs/tcp.md}. In AnyIO: {@code anyio.abc.SocketStream}.
 */
@ProviderType
public interface SocketStream extends ByteStream {}
