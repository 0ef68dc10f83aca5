package io.anyio.api.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stream of objects in both directions, each of which keeps the order and has no gaps. One task may receive while
 * another one sends.
 *
 * <p>In AnyIO: {@code anyio.abc.ObjectStream}.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface ObjectStream<T extends @Nullable Object>
        extends ObjectReceiveStream<T>, ObjectSendStream<T>, UnreliableObjectStream<T> {
    /**
     * Ends the sending direction: the other side receives the end of the stream, and this side can still receive. A
     * second call has no effect. A checkpoint.
     *
     * @throws IOException if the connection fails
     * @throws ClosedResourceException if this side has been closed
     */
    void sendEof() throws IOException;
}
