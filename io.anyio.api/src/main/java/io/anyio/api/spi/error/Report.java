package io.anyio.api.spi.error;

import org.jspecify.annotations.Nullable;

/**
 * Where our own code logs, and the only place that does.
 *
 * <p>What reports never throws into what it reports on: the log, its handlers and its filters are other people's code,
 * and so are the texts and the causes of what was thrown. The message comes in parts, which are put together under the
 * guard. If the log throws, it is tried once more with text alone; if that fails too, the standard error stream gets a
 * line, and after that nobody does. {@code ReportTest} proves it.
 */
public final class Report {
    private final String name;

    /** Looked up by the first report: that may fail like everything else of a log. */
    private volatile System.@Nullable Logger log;

    /**
     * Chooses where to log.
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
     * Whether somebody wants to read reports of a level. Never throws.
     *
     * @param level the level
     * @return false also if the log cannot be asked
     */
    public boolean isLoggable(System.Logger.Level level) {
        try {
            return log().isLoggable(level);
        } catch (Throwable _) {
            return false;
        }
    }

    /**
     * Logs. Never throws; no checkpoint; from any thread.
     *
     * @param level the level
     * @param thrown what is logged with its stack, or null
     * @param message the parts of the message: text, and whatever has one
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
            // nobody is left to be told
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
