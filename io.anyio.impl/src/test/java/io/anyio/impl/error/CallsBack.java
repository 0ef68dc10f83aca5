package io.anyio.impl.error;

import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import java.io.PrintStream;
import java.io.PrintWriter;

/** An exception that does something whenever it is looked at. */
public final class CallsBack extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Block<?> what;
    private boolean inside;
    private int calls;

    /** Does that, but not within itself. */
    public CallsBack(Block<?> what) {
        this.what = what;
    }

    /** How often it was looked at. */
    public int calls() {
        return calls;
    }

    private void look() {
        if (!inside) {
            inside = true;
            calls++;
            try {
                what.run();
            } catch (Throwable e) {
                throw Sneaky.<RuntimeException>asThrown(e);
            } finally {
                inside = false;
            }
        }
    }

    @Override
    public String toString() {
        look();
        return super.toString();
    }

    @Override
    public String getMessage() {
        look();
        return "calls back";
    }

    @Override @SuppressWarnings("UnsynchronizedOverridesSynchronized") // on pool no task may wait while it holds a
                                                                       // monitor
    public Throwable getCause() {
        look();
        return null;
    }

    @Override
    public StackTraceElement[] getStackTrace() {
        look();
        return super.getStackTrace();
    }

    @Override
    public void printStackTrace(PrintStream stream) {
        look();
        super.printStackTrace(stream);
    }

    @Override
    public void printStackTrace(PrintWriter writer) {
        look();
        super.printStackTrace(writer);
    }

    @Override
    public boolean equals(Object other) {
        look();
        return this == other;
    }

    @Override
    public int hashCode() {
        look();
        return System.identityHashCode(this);
    }
}
