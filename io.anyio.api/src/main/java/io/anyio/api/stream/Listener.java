package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import java.io.IOException;
import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Accepts connections and runs a handler for each, in a task of its own.
 *
 * <p>The stream belongs to the handler, which closes it. What a handler throws ends {@code serve}, as any child of a
 * task group ends its group; an {@link java.io.UncheckedIOException}, such as an iteration over a stream throws, counts
 * as its cause.
 *
 * @param <T> the type of the connections
 */
@ConsumerType
public interface Listener<T extends AsyncResource> extends AsyncResource, TypedAttributeProvider {
    /**
     * Accepts connections until it is cancelled or fails, and runs the handlers in a task group of its own: they end
     * before this call does. A checkpoint.
     *
     * @param handler what is done with each connection
     * @throws IOException if accepting fails, or a handler throws it
     * @throws ClosedResourceException if the listener is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     * @throws io.anyio.api.task.ExceptionGroup if several handlers fail, or one with another checked exception
     */
    default void serve(BlockWith<? super T, ?> handler) throws IOException {
        Objects.requireNonNull(handler, "Listener.serve: the handler is null");
        TaskContext.current("Listener.serve").createTaskGroup(IOException.class, GroupOptions.DEFAULT)
                .run(group -> serve(handler, group));
    }

    /**
     * Accepts connections until it is cancelled or fails, and runs the handlers in a given task group: they may go on
     * after this call. A checkpoint.
     *
     * @param handler what is done with each connection
     * @param group where each handler is spawned; active
     * @throws IOException if accepting fails
     * @throws ClosedResourceException if the listener is closed, before or meanwhile
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     */
    void serve(BlockWith<? super T, ?> handler, TaskGroup<?> group) throws IOException;
}
