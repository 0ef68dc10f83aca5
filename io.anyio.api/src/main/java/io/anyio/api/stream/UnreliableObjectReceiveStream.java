package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The receiving side of a stream of objects that may be lost or arrive in another order than they were sent.
 *
 * <p>In AnyIO: {@code anyio.abc.UnreliableObjectReceiveStream}.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface UnreliableObjectReceiveStream<T extends @Nullable Object>
        extends AsyncResource, TypedAttributeProvider, Iterable<T> {
    /**
     * Receives the next item, and waits until there is one. A checkpoint; a cancelled receive takes no item.
     *
     * @return the item
     * @throws EndOfStreamException if the other side has ended the stream and all items have been received
     * @throws IOException if the connection fails
     * @throws ClosedResourceException if this side has been closed
     */
    T receive() throws IOException;

    /**
     * Iterates over the items until the end of the stream. An {@link IOException} is thrown as the cause of an
     * {@link UncheckedIOException}.
     *
     * @return an iterator whose methods receive, for one task
     */
    @Override
    default Iterator<T> iterator() {
        return new ReceiveIterator<>(this::receive);
    }
}
