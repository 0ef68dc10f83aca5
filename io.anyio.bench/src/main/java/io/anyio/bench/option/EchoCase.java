package io.anyio.bench.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One load: so many connections, each with messages of so many bytes.
 *
 * @param connections at least 1
 * @param size bytes in a message, at least 1
 * @param tls whether the connections are encrypted
 */
public record EchoCase(int connections, int size, boolean tls) {
    private static final Pattern TEXT = Pattern.compile("(tls:)?(\\d{1,7})x(\\d{1,7})(k?)");

    /** Connections that are not encrypted. */
    public EchoCase(int connections, int size) {
        this(connections, size, false);
    }

    /**
     * A read of a server may take twice the message, so that a message that fills the buffer exactly asks for no second
     * read.
     */
    public int bufferSize() {
        return Math.max(2048, 2 * size);
    }

    /** Reads {@code 100x64}, {@code 100x16k} or {@code tls:100x16k}. */
    public static EchoCase parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is no case; write <connections>x<bytes>, for example 100x64, 100x16k or tls:100x16k");
        }
        int size = Integer.parseInt(matcher.group(3)) * (matcher.group(4).isEmpty() ? 1 : 1024);
        return new EchoCase(Integer.parseInt(matcher.group(2)), size, matcher.group(1) != null);
    }

    @Override
    public String toString() {
        return connections + " connections x " + (size % 1024 == 0 ? size / 1024 + " KiB" : size + " B")
                + (tls ? " over TLS" : "");
    }
}
