package io.anyio.api.net;

import io.anyio.api.stream.ByteStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A connection over a socket, with the attributes of {@link SocketAttribute}.
 *
 * <p>It reads nothing ahead of {@code receive}. Cancelling an operation leaves it open. {@code close} may be called by
 * any task and any thread; what {@code send} has returned from still reaches the other side. Of several reasons to
 * fail, an operation throws for the first of: cancelled, closed, busy, broken.
 */
@ProviderType
public interface SocketStream extends ByteStream {}
