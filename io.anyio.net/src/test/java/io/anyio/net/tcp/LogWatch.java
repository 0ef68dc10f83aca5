package io.anyio.net.tcp;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Takes what is logged, instead of the console. */
public final class LogWatch extends Handler implements AutoCloseable {
    private final Logger root = Logger.getLogger("");
    private final Logger ours = Logger.getLogger("io.anyio");
    private final List<Handler> silenced = List.of(root.getHandlers());
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    public LogWatch() {
        this(Level.INFO);
    }

    /** Takes what our own logger logs from a level on. */
    public LogWatch(Level level) {
        ours.setLevel(level);
        silenced.forEach(root::removeHandler);
        root.addHandler(this);
    }

    public List<LogRecord> records() {
        return records;
    }

    /** What is logged, one line for each. */
    public String text() {
        StringBuilder text = new StringBuilder();
        records.forEach(
                entry -> text.append(entry.getLoggerName()).append(' ').append(entry.getLevel()).append(' ')
                        .append(entry.getMessage()).append('\n'));
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
        ours.setLevel(null);
        root.removeHandler(this);
        silenced.forEach(root::addHandler);
    }
}
