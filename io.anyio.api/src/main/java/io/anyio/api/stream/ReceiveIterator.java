package io.anyio.api.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over what a receive gives, until the end of the stream.
 *
 * @param <T> the type of the items, which may be null
 */
final class ReceiveIterator<T extends @Nullable Object> implements Iterator<T> {
    /** A receive. */
    interface Receive<T extends @Nullable Object> {
        T receive() throws IOException;
    }

    private final Receive<T> receive;
    private boolean fetched;
    private boolean ended;
    private @Nullable T next;

    ReceiveIterator(Receive<T> receive) {
        this.receive = receive;
    }

    @Override
    public boolean hasNext() {
        if (!fetched && !ended) {
            try {
                next = receive.receive();
                fetched = true;
            } catch (EndOfStreamException _) {
                ended = true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return fetched;
    }

    @Override @SuppressWarnings("NullAway") // the fetched item is of type T
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The stream has ended");
        }
        T item = next;
        next = null;
        fetched = false;
        return item;
    }
}
