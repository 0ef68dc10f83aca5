package io.anyio.api.spi;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Something that was opened, and stays open only if what it was opened for succeeds: for a try-with-resources statement
 * that ends with {@link #keep}.
 *
 * <p>If the close fails as well, its exception is suppressed in the first one. It is an object, and so are the lambdas
 * that it may get: code that must leave nothing open even if memory runs out has a flag and a {@code finally} instead.
 */
public final class Tentative implements Closeable {
    private @Nullable Closeable opened;

    /**
     * Begins.
     *
     * @param opened is closed at the end of the block, unless it is kept
     */
    public Tentative(Closeable opened) {
        this.opened = opened;
    }

    /**
     * Lets it stay open.
     *
     * @param <T> the type of the result
     * @param result what it was opened for
     * @return the result
     */
    public <T extends @Nullable Object> T keep(T result) {
        opened = null;
        return result;
    }

    /**
     * Closes what has not been kept.
     *
     * @throws IOException if the close throws it
     */
    @Override
    public void close() throws IOException {
        if (opened != null) {
            opened.close();
        }
    }
}
