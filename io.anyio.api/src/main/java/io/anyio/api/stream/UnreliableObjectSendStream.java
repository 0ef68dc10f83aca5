package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The sending side of a stream of objects that may arrive in another order than they were sent, or not at all.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface UnreliableObjectSendStream<T extends @Nullable Object> extends AsyncResource, TypedAttributeProvider {
    /**
     * Sends an item; waits while the other side does not take it. A checkpoint; a cancelled send has sent nothing.
     *
     * @param item the item
     * @throws BrokenResourceException if the other side is gone
     * @throws IOException if the stream is broken otherwise
     * @throws ClosedResourceException if this side is closed or has sent its end
     */
    void send(T item) throws IOException;
}
