package io.anyio.tls.osgi;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
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

    /** The errors so far, with their causes; they are forgotten. */
    List<String> errors() {
        List<String> errors = records.stream().filter(entry -> entry.getLevel().intValue() > Level.INFO.intValue())
                .map(entry -> entry.getMessage() + (entry.getThrown() == null ? "" : entry.getThrown())).toList();
        records.clear();
        return errors;
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
