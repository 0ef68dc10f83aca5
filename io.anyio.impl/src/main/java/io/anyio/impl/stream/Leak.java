package io.anyio.impl.stream;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.task.Task;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/** Logs a warning if a stream is garbage collected that was never closed. */
final class Leak implements Runnable {
    private static final Report LOG = new Report(Leak.class.getName());

    /**
     * It has its own thread, which refers to none of our objects but the records of open streams.
     */
    private static final Cleaner CLEANER = Cleaner.create();

    private final String stream;
    private final @Nullable String maker;
    private final @Nullable Throwable site;
    private volatile boolean closed;
    private Cleaner.@Nullable Cleanable watch;

    private Leak(String stream, @Nullable String maker, @Nullable Throwable site) {
        this.stream = stream;
        this.maker = maker;
        this.site = site;
    }

    /**
     * Watches a stream. The place where it was made is noted only if the logger is set to DEBUG, because a stack trace
     * is expensive.
     */
    static Leak watch(Object watched, String name) {
        Task<?> task = Task.currentOrNull();
        Throwable site = LOG.isLoggable(System.Logger.Level.DEBUG) ? new Throwable("made here") : null;
        Leak leak = new Leak(name, task == null ? null : task.name(), site);
        leak.watch = CLEANER.register(watched, leak);
        return leak;
    }

    void closed() {
        closed = true;
        Cleaner.Cleanable registration = watch;
        if (registration != null) {
            registration.clean();
        }
    }

    @Override
    public void run() {
        if (!closed) {
            String by = maker == null ? "" : ", made by the task '" + maker + "',";
            String how = site == null
                    ? ": use try-with-resources, or set the logger " + Leak.class.getName()
                            + " to DEBUG to see where it was made"
                    : "";
            LOG.log(System.Logger.Level.WARNING, site, stream, by, " was dropped without being closed", how);
        }
    }
}
