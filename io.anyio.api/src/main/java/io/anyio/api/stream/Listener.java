package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskGroup;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Accepts connections, and runs a handler for each of them in a task of its own.
 *
 * <p>The handler closes its stream. An exception that leaves a handler ends {@code serve}, as an exception of a child
 * ends its task group; an {@link java.io.UncheckedIOException}, such as an iteration over a stream throws, counts as
 * its cause. To serve on after a failed handler, and for limits, see {@link ServeOptions}.
 *
 * <p>Guide: {@code docs/tcp.md}. In AnyIO: {@code anyio.abc.Listener}.
 *
 * @param <T> the type of the connections
 */
@ConsumerType
public interface Listener<T extends AsyncResource> extends AsyncResource, TypedAttributeProvider {
    /**
     * Serves with the default options; otherwise like {@link #serve(BlockWith, UnaryOperator)}.
     *
     * @param handler the code that serves a connection
     * @throws IOException if accepting fails, or a handler throws it
     * @throws ClosedResourceException if the listener has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     * @throws io.anyio.api.task.ExceptionGroup if several handlers fail, or one fails with a checked exception that is
     * not an {@link IOException}
     */
    default void serve(BlockWith<? super T, ?> handler) throws IOException {
        serve(handler, options -> options);
    }

    /**
     * Accepts connections until it is cancelled, drained or closed, or fails, and runs the handlers in a task group of
     * its own, so that all of them have ended when this method returns or throws. A checkpoint; a cancellation cancels
     * the handlers and waits for them.
     *
     * <p>If the listener is drained or closed meanwhile, no further connection is accepted, and the handlers are asked
     * to finish; those that go on after the grace of the options are cancelled. Then this method returns if the
     * listener was drained, and throws if it was closed.
     *
     * <p>Rules: SV-01 to SV-44 of {@code docs/beyond.md}.
     *
     * @param handler the code that serves a connection
     * @param options changes the default options
     * @throws IOException if accepting fails, or a handler throws it and handlers are not isolated
     * @throws ClosedResourceException if the listener has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     * @throws io.anyio.api.task.ExceptionGroup if several handlers fail, or one fails with a checked exception that is
     * not an {@link IOException}, and handlers are not isolated
     */
    default void serve(BlockWith<? super T, ?> handler, UnaryOperator<ServeOptions> options) throws IOException {
        Serving.serve(this::serve, handler, options);
    }

    /**
     * Accepts no further connection, and lets {@code serve} end when its handlers have ended. With options, it asks the
     * handlers to finish and cancels them after the grace; a {@code serve} in a given task group returns at once, and
     * its handlers go on. The port is free on return. Later calls of {@code serve} fail like those after
     * {@link #close}. Not a checkpoint; from any thread.
     *
     * @throws IOException if the sockets cannot be closed
     * @throws UnsupportedOperationException if the listener cannot be drained
     */
    default void drain() throws IOException {
        throw new UnsupportedOperationException("The listener " + this + " cannot be drained: close it");
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

    /**
     * Accepts connections until it is cancelled, drained or closed, or fails, and runs the handlers in a given task
     * group, with options. A checkpoint. The options are asked for anew before each connection, so that a server can
     * change its limits while it serves; a connection keeps those with which it began. The name and the statistics stay
     * those of the beginning. The grace and the loops have no meaning: the group decides when its handlers end, and on
     * which loops they run.
     *
     * <p>Rules: SV-26, SV-43 and SV-44 of {@code docs/beyond.md}.
     *
     * @param handler the code that serves a connection
     * @param group a running task group, in which the handlers are spawned
     * @param options changes the default options; called often, and must not block
     * @throws IOException if accepting fails
     * @throws ClosedResourceException if the listener has been closed, or is closed during the call
     * @throws io.anyio.api.sync.BusyResourceException if another task is accepting
     */
    default void serve(BlockWith<? super T, ?> handler, TaskGroup<?> group, UnaryOperator<ServeOptions> options)
            throws IOException {
        Serving.serve(this::serve, handler, group, options);
    }
}
