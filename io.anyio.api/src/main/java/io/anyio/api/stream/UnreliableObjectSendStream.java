package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The sending side of a stream of objects that may be lost or arrive in another order than they are sent.
 *
 * <p>In AnyIO: {@code anyio.abc.UnreliableObjectSendStream}.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface UnreliableObjectSendStream<T extends @Nullable Object> extends AsyncResource, TypedAttributeProvider {
    /**
     * Sends an item, and waits while the other side does not accept it. A checkpoint; a cancelled send has not sent the
     * item.
     *
     * @param item the item
     * @throws BrokenResourceException if the other side has closed or reset the connection
     * @throws IOException if the connection fails in another way
     * @throws ClosedResourceException if this side has been closed or has ended its sending direction
     */
    void send(T item) throws IOException;
}
