package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The receiving side of a stream of objects that may come in another order than they were sent, or not at all.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface UnreliableObjectReceiveStream<T extends @Nullable Object>
        extends AsyncResource, TypedAttributeProvider, Iterable<T> {
    /**
     * Receives the next item; waits until there is one. A checkpoint; a cancelled receive takes nothing.
     *
     * @return the item
     * @throws EndOfStreamException if the other side has ended the stream and everything was received
     * @throws IOException if the stream is broken
     * @throws ClosedResourceException if this side is closed
     */
    T receive() throws IOException;

    /**
     * The items until the end of the stream. An error comes as {@link UncheckedIOException} with the original as its
     * cause.
     *
     * @return an iterator that receives; for one task
     */
    @Override
    default Iterator<T> iterator() {
        return new ReceiveIterator<>(this::receive);
    }
}
