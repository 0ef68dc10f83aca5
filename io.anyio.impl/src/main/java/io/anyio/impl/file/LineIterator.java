package io.anyio.impl.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over lines until one is empty.
 *
 * @param <T> a text or bytes
 */
final class LineIterator<T> implements Iterator<T> {
    private final FileHandle.Quick<T> read;
    private final Predicate<T> ended;
    private @Nullable T next;
    private boolean over;

    LineIterator(FileHandle.Quick<T> read, Predicate<T> ended) {
        this.read = read;
        this.ended = ended;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !over) {
            try {
                T line = read.get();
                over = line == null || ended.test(line);
                next = over ? null : line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return next != null;
    }

    @Override
    public T next() {
        T line = hasNext() ? next : null;
        if (line == null) {
            throw new NoSuchElementException("The file has ended");
        }
        next = null;
        return line;
    }
}
