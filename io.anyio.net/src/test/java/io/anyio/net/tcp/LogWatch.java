package io.anyio.net.tcp;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Takes what is logged, instead of the console. */
final class LogWatch extends Handler implements AutoCloseable {
    private final Logger root = Logger.getLogger("");
    private final List<Handler> silenced = List.of(root.getHandlers());
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    LogWatch() {
        silenced.forEach(root::removeHandler);
        root.addHandler(this);
    }

    List<LogRecord> records() {
        return records;
    }

    /** What is logged, one line for each. */
    String text() {
        StringBuilder text = new StringBuilder();
        records.forEach(
                entry -> text.append(entry.getLoggerName()).append(' ').append(entry.getLevel()).append(' ').append(entry.getMessage())
                        .append('\n'));
        return text.toString();
    }

    @Override
    public void publish(LogRecord entry) {
        records.add(entry);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
        silenced.forEach(root::addHandler);
    }
}
