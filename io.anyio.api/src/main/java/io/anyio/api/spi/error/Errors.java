package io.anyio.api.spi.error;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at errors whose own code may fail: a {@code toString} that never ends, a {@code getMessage} whose classes are
 * gone since its bundle was refreshed, a {@code getCause} that loads, a logger that breaks.
 *
 * <p>Nothing here throws, whatever the error's code does, and nothing follows a chain without end. Code that ends a
 * task, cancels, closes or reports must not look at an error in any other way. {@code ErrorsTest} tries it.
 */
public final class Errors {
    private static final int LONGEST_CHAIN = 100;
    private static final int LONGEST_TEXT = 1000;
    private static final int LONGEST_LINE = 200;

    private Errors() {}

    /**
     * What an error says of itself.
     *
     * @param error the error
     * @return its text, cut after a thousand characters; the name of its class if its own code fails at that
     */
    public static String text(Throwable error) {
        try {
            String text = String.valueOf(error.toString());
            return cut(text, LONGEST_TEXT);
        } catch (Throwable e) {
            return error.getClass().getName() + " (its text cannot be had: " + e.getClass().getName() + ")";
        }
    }

    /**
     * The first line of what an error says of itself, for a message that has one line.
     *
     * @param error the error
     * @return the line, cut after two hundred characters
     */
    public static String line(Throwable error) {
        String text = text(error);
        int end = text.indexOf('\n');
        return cut(end < 0 ? text : text.substring(0, end), LONGEST_LINE);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "...";
    }

    /**
     * The cause of an error.
     *
     * @param error the error
     * @return the cause; null if there is none, or the error's own code fails at that
     */
    public static @Nullable Throwable cause(Throwable error) {
        try {
            return error.getCause();
        } catch (Throwable _) {
            return null;
        }
    }

    /**
     * An error and its causes.
     *
     * @param error the error
     * @return the error, its cause, the cause of that, and so on; a hundred at most, because a chain may be circular
     */
    public static List<Throwable> chain(Throwable error) {
        List<Throwable> chain = new ArrayList<>(4);
        for (Throwable at = error; at != null && chain.size() < LONGEST_CHAIN; at = cause(at)) {
            chain.add(at);
        }
        return chain;
    }
}
