package io.anyio.api.spi.error;

import org.jspecify.annotations.Nullable;

/**
 * The log of the library: all of its code logs here, and only here.
 *
 * <p>A report never throws into the code that makes it. The log, its handlers and its filters are code of others, and
 * so are the messages and causes of the exceptions. Therefore the message is given in parts, which are joined where an
 * exception is caught. If the log throws, the report is tried once more as text without the exception; if that fails,
 * too, it is written to the standard error stream; if that also fails, it is dropped. {@code ReportTest} proves this.
 */
public final class Report {
    private final String name;

    /** Looked up by the first report: that may fail like everything else of a log. */
    private volatile System.@Nullable Logger log;

    /**
     * Makes a report.
     *
     * @param name the name of the logger
     */
    public Report(String name) {
        this.name = name;
    }

    private System.Logger log() {
        System.Logger found = log;
        if (found == null) {
            found = System.getLogger(name);
            log = found;
        }
        return found;
    }

    /**
     * Whether reports of a level are logged. Never throws.
     *
     * @param level the level
     * @return false if they are not logged, or if asking the log fails
     */
    public boolean isLoggable(System.Logger.Level level) {
        try {
            return log().isLoggable(level);
        } catch (Throwable _) {
            return false;
        }
    }

    /**
     * Logs a text. Never throws, even if there is no memory for the call of
     * {@link #log(System.Logger.Level, Throwable, Object...)}. Not a checkpoint; from any thread.
     *
     * @param level the level
     * @param thrown an exception, which is logged with its stack, or null
     * @param message the message
     */
    public void log(System.Logger.Level level, @Nullable Throwable thrown, String message) {
        try {
            log(level, thrown, (Object) message);
        } catch (Throwable _) {
            // memory or stack is short: the report is lost
        }
    }

    /**
     * Logs a message. Never throws; but its parts need memory where it is called. Not a checkpoint; from any thread.
     *
     * @param level the level
     * @param thrown an exception, which is logged with its stack, or null
     * @param message the parts of the message: text, and objects that are converted to text
     */
    public void log(System.Logger.Level level, @Nullable Throwable thrown, @Nullable Object... message) {
        try {
            System.Logger log = log();
            if (log.isLoggable(level)) {
                log(log, level, thrown, joined(message));
            }
        } catch (Throwable broken) {
            lastResort(broken, message);
        }
    }

    private static void log(System.Logger log, System.Logger.Level level, @Nullable Throwable thrown, String message) {
        try {
            log.log(level, message, thrown);
        } catch (Throwable broken) {
            log.log(level,
                    joined(message, " (logged without the stack of ", thrown, ", because the log threw ", broken, ")"));
        }
    }

    @SuppressWarnings("SystemOut") // there is no log
    private static void lastResort(Throwable broken, @Nullable Object... message) {
        try {
            System.err.println(joined(joined(message), " (the log threw ", broken, ")"));
        } catch (Throwable _) {
            // the fallback has failed, too: the report is lost
        }
    }

    /**
     * Without a concatenation by the compiler, which is linked when it is first used: perhaps near the end of a stack.
     */
    private static String joined(@Nullable Object... parts) {
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            text.append(textOf(part));
        }
        return text.toString();
    }

    private static String textOf(@Nullable Object part) {
        if (part instanceof Throwable error) {
            return Errors.text(error);
        }
        try {
            return String.valueOf(part);
        } catch (Throwable broken) {
            return part == null ? "" : part.getClass().getName();
        }
    }
}
