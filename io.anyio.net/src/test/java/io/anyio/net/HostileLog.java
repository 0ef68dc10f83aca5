package io.anyio.net;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A log that fails, instead of the console. */
public final class HostileLog extends Handler implements AutoCloseable {
    /** How it fails. */
    public enum Kind {
        ERROR, EXCEPTION, END_OF_STACK, ONLY_WITH_A_STACK, FILTER
    }

    private final Logger root = Logger.getLogger("");
    private final Logger ours = Logger.getLogger("io.anyio");
    private final List<Handler> silenced = List.of(root.getHandlers());
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();
    private final Kind kind;

    public HostileLog(Kind kind) {
        this.kind = kind;
        silenced.forEach(root::removeHandler);
        root.addHandler(this);
        if (kind == Kind.FILTER) {
            ours.setFilter((Filter) _ -> {
                fail();
                return true;
            });
        }
    }

    /** How often it was asked to log. */
    public int asked() {
        return asked.get();
    }

    /** How often it did. */
    public int taken() {
        return taken.get();
    }

    @Override
    public void publish(LogRecord entry) {
        if (kind == Kind.ONLY_WITH_A_STACK && entry.getThrown() == null) {
            taken.incrementAndGet();
            return;
        }
        fail();
    }

    private void fail() {
        asked.incrementAndGet();
        switch (kind) {
            case END_OF_STACK -> fail();
            case EXCEPTION -> throw new IllegalStateException("the log is full");
            default -> throw new AssertionError("the log is broken");
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        ours.setFilter(null);
        root.removeHandler(this);
        silenced.forEach(root::addHandler);
    }
}
