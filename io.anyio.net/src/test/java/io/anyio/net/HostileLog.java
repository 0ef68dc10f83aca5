package io.anyio.net;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A log that fails, instead of the console; the standard error stream is silent meanwhile. */
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
    private final PrintStream console = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    public HostileLog(Kind kind) {
        this.kind = kind;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
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

    /** What went to the standard error stream instead. */
    public String console() {
        return written.toString(StandardCharsets.UTF_8);
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
        System.setErr(console);
        ours.setFilter(null);
        root.removeHandler(this);
        silenced.forEach(root::addHandler);
    }
}
