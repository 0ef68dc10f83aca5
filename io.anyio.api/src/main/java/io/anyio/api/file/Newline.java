package io.anyio.api.file;

import org.jspecify.annotations.Nullable;

/** What ends a line of a text file, and what becomes of it. In AnyIO: the parameter {@code newline}. */
public enum Newline {
    /**
     * A line ends with {@code \n}, {@code \r} or {@code \r\n}, which are all read as {@code \n}. A {@code \n} is
     * written as {@link System#lineSeparator()}. This is {@code None} in AnyIO.
     */
    UNIVERSAL(null, System.lineSeparator()),

    /** A line ends with {@code \n}, {@code \r} or {@code \r\n}; nothing is changed. In AnyIO: an empty string. */
    UNCHANGED(null, "\n"),

    /** A line ends with {@code \n} only; nothing is changed. */
    LF("\n", "\n"),

    /** A line ends with {@code \r} only, which is read unchanged. A {@code \n} is written as {@code \r}. */
    CR("\r", "\r"),

    /** A line ends with {@code \r\n} only, which is read unchanged. A {@code \n} is written as {@code \r\n}. */
    CRLF("\r\n", "\r\n");

    private final @Nullable String terminator;
    private final String written;

    Newline(@Nullable String terminator, String written) {
        this.terminator = terminator;
        this.written = written;
    }

    /**
     * What ends a line that is read.
     *
     * @return the characters, or null for any of the three
     */
    public @Nullable String terminator() {
        return terminator;
    }

    /**
     * What a {@code \n} is written as.
     *
     * @return the characters
     */
    public String written() {
        return written;
    }
}
