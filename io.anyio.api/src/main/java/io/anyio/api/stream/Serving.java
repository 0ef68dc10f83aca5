package io.anyio.api.stream;

import io.anyio.api.spi.Options;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskGroup;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code serve} does on any listener: it runs the handler for each connection, decides what its errors end,
 * and ends the handlers when the listener accepts no more. Its text is the name of the tasks.
 *
 * @param <T> the type of the connections
 */
final class Serving<T extends AsyncResource> implements BlockWith<T, Exception> {
    private final BlockWith<? super T, ?> handler;
    private final Connections connections;

    private Serving(BlockWith<? super T, ?> handler, Connections connections) {
        this.handler = handler;
        this.connections = connections;
    }

    /** What accepts connections. */
    @FunctionalInterface
    interface Acceptor<T extends AsyncResource> {
        void serve(BlockWith<? super T, ?> handler, TaskGroup<?> group) throws IOException;
    }

    static <T extends AsyncResource> void serve(Acceptor<T> acceptor, BlockWith<? super T, ?> handler,
            UnaryOperator<ServeOptions> change) throws IOException {
        Objects.requireNonNull(handler, "Listener.serve: the handler is null");
        TaskContext task = TaskContext.current("Listener.serve");
        ServeOptions options = Options.chosen("Listener.serve", ServeOptions.DEFAULT, change);
        @Nullable
        ClosedResourceException[] closed = {null};
        task.createTaskGroup(IOException.class, GroupOptions.DEFAULT.loops(options.loops())).run(group -> {
            Connections connections = new Connections(group, () -> options, handler);
            try {
                acceptor.serve(new Serving<T>(handler, connections), connections);
            } catch (ClosedResourceException e) {
                closed[0] = e;
            }
            if (!connections.isStopping()) {
                group.cancelScope().cancel(options.grace());
            } // else the stop of the owner ends the handlers, within its own grace
        });
        ClosedResourceException end = closed[0];
        if (end != null) {
            task.checkCancelled();
            throw end;
        }
    }

    /** Serves in a group of the caller, and asks for the options before each connection. */
    @SuppressWarnings("unchecked") // nobody runs the group through its connections
    static <T extends AsyncResource> void serve(Acceptor<T> acceptor, BlockWith<? super T, ?> handler,
            TaskGroup<?> group, UnaryOperator<ServeOptions> change) throws IOException {
        Objects.requireNonNull(handler, "Listener.serve: the handler is null");
        Objects.requireNonNull(group, "Listener.serve: the task group is null, leave it out for one of the call's own");
        Connections connections = new Connections((TaskGroup<IOException>) group,
                () -> Options.chosen("Listener.serve", ServeOptions.DEFAULT, change), handler);
        acceptor.serve(new Serving<T>(handler, connections), connections);
    }

    @Override
    public void run(T stream) throws Exception {
        connections.prepared();
        ServeOptions options = connections.options();
        if (options.isolated()) {
            handleIsolated(stream, options.closeTimeout());
            return;
        }
        try {
            handler.run(stream);
        } catch (Throwable e) {
            connections.count(fault(e));
            throw e;
        }
    }

    private void handleIsolated(T stream, @Nullable Duration closeTimeout) {
        Fault fault = null;
        try (Closeable _ = () -> close(stream, closeTimeout)) {
            try {
                handler.run(stream);
            } catch (Throwable e) {
                // counted before the other side sees the close
                fault = fault(e);
                connections.count(fault);
                throw e;
            }
        } catch (Throwable e) {
            if (e instanceof CancelledError cancelled
                    && TaskContext.current("Listener.serve").cancellationPending()) {
                throw cancelled;
            }
            if (fault == null) {
                fault = fault(e);
                connections.count(fault);
            }
            connections.report(fault, stream, e);
        }
    }

    private Fault fault(Throwable error) {
        return Fault.of(error, connections.isStopped());
    }

    private void close(T stream, @Nullable Duration timeout) throws IOException {
        if (timeout == null) {
            stream.close();
            return;
        }
        CancelScope scope = TaskContext.current("Listener.serve").openCancelScope(
                ScopeOptions.DEFAULT.timeout(timeout).name("close"));
        scope.run(stream::close);
    }

    @Override
    public String toString() {
        return connections.name();
    }
}
