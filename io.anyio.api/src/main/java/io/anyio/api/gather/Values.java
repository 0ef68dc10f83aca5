package io.anyio.api.gather;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ScopeOptions;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What bodies have returned, until somebody gets it. A grant stands: a value that is there is handed over, also if a
 * cancellation has come since; the next checkpoint throws it. What nobody gets is closed, if it can be: who opens a
 * resource in a body has no other hand on it.
 */
final class Values {
    private static final Report LOG = new Report("io.anyio");

    private final TaskContext task;
    private final Set<Object> kept = Collections.newSetFromMap(new IdentityHashMap<>());

    Values(TaskContext task) {
        this.task = task;
    }

    /**
     * Runs what ends with the tasks of the bodies; true if it did, or was cancelled when nothing was missing any more.
     * Else its error is thrown.
     */
    static <X extends Exception> void run(Block<X> group, Completeness complete) throws X {
        try {
            group.run();
        } catch (CancelledError e) {
            if (!complete.isComplete()) {
                throw e;
            }
        }
    }

    /** Whether every value is there that is to be returned. */
    interface Completeness {
        boolean isComplete();
    }

    /** Notes what somebody gets. */
    void keep(Collection<? extends @Nullable Object> values) {
        values.forEach(this::keep);
    }

    void keep(@Nullable Object value) {
        if (value != null) {
            kept.add(value);
        }
    }

    /** Closes what nobody gets, each once, as {@code AnyIO.closeForcefully} does. */
    void closeOthers(Collection<? extends @Nullable Object> values) {
        for (Object value : values) {
            if (value instanceof AutoCloseable resource && kept.add(value)) {
                close(resource);
            }
        }
    }

    private void close(AutoCloseable resource) {
        CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.shield(true));
        scope.cancel("nobody gets what is closed here");
        try {
            scope.run(resource::close);
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.WARNING, e, "A value that nobody gets could not be closed");
        }
    }
}
