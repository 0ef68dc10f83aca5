package io.anyio.itest.load;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;

/** What is logged at WARNING or above, and what the framework reports as such. */
final class Complaints extends Handler implements FrameworkListener, AutoCloseable {
    /** Tell that the flags of {@code carrier} are not there, and that others use this machine, too. */
    private static final Set<String> EXPECTED = Set.of("io.anyio.impl.loop.Backends", "io.anyio.impl.loop.Watchdog");

    private final List<String> all = new CopyOnWriteArrayList<>();

    Complaints() {
        setLevel(Level.WARNING);
        Logger.getLogger("").addHandler(this);
    }

    /** There are none. */
    void check() {
        if (!all.isEmpty()) {
            throw new AssertionError("This was logged: " + String.join("\n", all));
        }
    }

    @Override
    public void publish(LogRecord entry) {
        if (isLoggable(entry) && !EXPECTED.contains(entry.getLoggerName())) {
            all.add(entry.getLevel() + " of " + entry.getLoggerName() + ": " + entry.getMessage()
                    + (entry.getThrown() == null ? "" : " " + entry.getThrown()));
        }
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR || event.getType() == FrameworkEvent.WARNING) {
            all.add("The framework reports for " + event.getBundle() + ": " + event.getThrowable());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
