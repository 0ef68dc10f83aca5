package io.anyio.api.gather;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelledError;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values that bodies have returned, until the caller gets them. A value that exists is handed over even if a
 * cancellation has arrived since; the next checkpoint throws it. A value that the caller does not get is closed if it
 * is {@link AutoCloseable}, because no other code refers to it.
 */
final class Values {
    private static final Report LOG = new Report("io.anyio");

    private final TaskContext task;
    private final Set<Object> kept = Collections.newSetFromMap(new IdentityHashMap<>());

    Values(TaskContext task) {
        this.task = task;
    }

    /**
     * Runs a group of bodies. It returns normally if the group does, or if the group is cancelled when all values
     * exist; otherwise it throws the error of the group.
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

    /** Whether all values exist that are to be returned. */
    interface Completeness {
        boolean isComplete();
    }

    /** Notes values that the caller gets. */
    void keep(Collection<? extends @Nullable Object> values) {
        values.forEach(this::keep);
    }

    void keep(@Nullable Object value) {
        if (value != null) {
            kept.add(value);
        }
    }

    /** Closes the values that the caller does not get, each once, as {@code AnyIO.closeForcefully} does. */
    void closeOthers(Collection<? extends @Nullable Object> values) {
        for (Object value : values) {
            if (value instanceof AutoCloseable resource && kept.add(value)) {
                close(resource);
            }
        }
    }

    private void close(AutoCloseable resource) {
        try {
            task.runCancelled("a value that the caller does not get is closed", resource::close);
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.WARNING, e, "A value that the caller does not get could not be closed");
        }
    }
}
