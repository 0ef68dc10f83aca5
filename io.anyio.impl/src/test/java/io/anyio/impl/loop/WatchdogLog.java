package io.anyio.impl.loop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Takes what the watchdog says instead of the console. */
final class WatchdogLog extends Handler implements AutoCloseable {
    final List<String> messages = new CopyOnWriteArrayList<>();
    volatile boolean fails;
    private final Logger logger = Logger.getLogger(Watchdog.class.getName());

    WatchdogLog() {
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
        messages.add(entry.getMessage());
        if (fails) {
            throw new LinkageError("a log whose bundle has gone");
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
