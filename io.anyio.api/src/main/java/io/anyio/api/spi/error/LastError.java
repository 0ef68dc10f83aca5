package io.anyio.api.spi.error;

import org.jspecify.annotations.Nullable;

/**
 * Which error was reported last. Each connection may fail for the same reason, for example while a file is missing: the
 * reason is news once. From any thread; of several threads at the same time, each may have news.
 */
public final class LastError {
    private volatile @Nullable String text;

    /** None has been reported. */
    public LastError() {}

    /**
     * Notes an error.
     *
     * @param error the error
     * @return true if the last one had another text
     */
    public boolean isNews(Throwable error) {
        String now = Errors.text(error);
        boolean news = !now.equals(text);
        text = now;
        return news;
    }

    /** It went well: the same error would be news again. */
    public void forget() {
        if (text != null) {
            text = null;
        }
    }
}
