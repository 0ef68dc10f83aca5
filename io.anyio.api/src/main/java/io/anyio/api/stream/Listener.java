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
 * Accepts connections, and runs a handler for each of them in a task of its own.
 *
 * <p>The handler closes its stream. An exception that leaves a handler ends {@code serve}, as an exception of a child
 * ends its task group; an {@link java.io.UncheckedIOException}, such as an iteration over a stream throws, counts as
 * its cause. To serve on after a failed handler, see {@code isolated} in {@link io.anyio.api.net.ServeOptions}.
 *
 * <p>Guide: {@code docs/tcp.md}. In AnyIO: {@code anyio.abc.Listener}.
 *
 * @param <T> the type of the connections
 */
@ConsumerType
public interface Listener<T extends AsyncResource> extends AsyncResource, TypedAttributeProvider {
    /**
     * Accepts connections until it is cancelled or fails, and runs the handlers in a task group of its own, so that all
     * of them have ended when this method returns or throws. A checkpoint; a cancellation cancels the handlers and
     * waits for them.
     *
     * @param handler the code that serves a connection
     * @throws IOException if accepting fails, or a handler throws it
     * @throws ClosedResourceException if the listener has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     * @throws io.anyio.api.task.ExceptionGroup if several handlers fail, or one fails with a checked exception that is
     * not an {@link IOException}
     */
    default void serve(BlockWith<? super T, ?> handler) throws IOException {
        Objects.requireNonNull(handler, "Listener.serve: the handler is null");
        TaskContext.current("Listener.serve").createTaskGroup(IOException.class, GroupOptions.DEFAULT)
                .run(group -> serve(handler, group));
    }

    /**
     * Accepts connections until it is cancelled or fails, and runs the handlers in a given task group, so that they may
     * continue after this method has ended. A checkpoint.
     *
     * @param handler the code that serves a connection
     * @param group a running task group, in which the handlers are spawned
     * @throws IOException if accepting fails
     * @throws ClosedResourceException if the listener has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     */
    void serve(BlockWith<? super T, ?> handler, TaskGroup<?> group) throws IOException;
}
