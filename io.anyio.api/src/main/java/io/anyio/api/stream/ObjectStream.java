package io.anyio.api.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stream of objects in both directions, each in order and without a loss: one task may receive while another one
 * sends.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface ObjectStream<T extends @Nullable Object>
        extends ObjectReceiveStream<T>, ObjectSendStream<T>, UnreliableObjectStream<T> {
    /**
     * Ends the sending direction: the other side sees the end of the stream, receiving goes on. Twice is harmless. A
     * checkpoint.
     *
     * @throws IOException if the stream is broken
     * @throws ClosedResourceException if this side is closed
     */
    void sendEof() throws IOException;
}
