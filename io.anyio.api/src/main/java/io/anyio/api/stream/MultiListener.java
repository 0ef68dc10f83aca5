package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.Operation;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Combines several listeners into one, which serves all of them at the same time.
 *
 * <p>The first listener that fails ends the others. The attributes are those of all listeners; if several have the same
 * one, that of the last wins. {@code close} may be called from any thread.
 *
 * <p>In AnyIO: {@code anyio.streams.stapled.MultiListener}.
 *
 * @param <T> the type of the connections
 */
public final class MultiListener<T extends AsyncResource> implements Listener<T> {
    private static final String NO_HANDLER = "MultiListener.serve: the handler is null";

    private volatile List<Listener<? extends T>> listeners;
    private final Operation serving = Operation.accepting(this::checkOpen);
    private volatile boolean closed;

    /**
     * Combines listeners, which are closed with this one. The listeners of a {@code MultiListener} among them are moved
     * into this one: the other one is then empty, so that its {@code serve} returns at once and its {@code close}
     * closes nothing.
     *
     * @param listeners the listeners to serve
     */
    public MultiListener(List<? extends Listener<? extends T>> listeners) {
        List<Listener<? extends T>> all = new ArrayList<>();
        for (Listener<? extends T> listener : Objects.requireNonNull(listeners,
                "MultiListener: the list of listeners is null")) {
            if (listener instanceof MultiListener<? extends T> several) {
                all.addAll(several.listeners);
                several.listeners = List.of();
            } else {
                all.add(Objects.requireNonNull(listener, "MultiListener: one of the listeners is null"));
            }
        }
        this.listeners = List.copyOf(all);
    }

    /**
     * Returns the listeners that are served.
     *
     * @return an unmodifiable list
     */
    public List<Listener<? extends T>> listeners() {
        return listeners;
    }

    /** How one of the listeners is served. */
    @FunctionalInterface
    private interface ServeOne<T extends AsyncResource> {
        void serve(Listener<? extends T> listener) throws IOException;
    }

    /**
     * Serves all listeners, each with a task group of its own for its handlers, until this call is cancelled or one of
     * them fails. A checkpoint; a cancellation cancels the handlers and waits for them.
     *
     * @param handler the code that serves a connection
     * @throws IOException if a listener fails with it, or a handler throws it
     * @throws ClosedResourceException if this listener has been closed, or is closed during the call
     * @throws BusyResourceException if another task is accepting
     * @throws ExceptionGroup if several listeners or handlers fail, or a handler fails with a checked exception that is
     * not an {@link IOException}
     */
    @Override
    public void serve(BlockWith<? super T, ?> handler) throws IOException {
        Objects.requireNonNull(handler, NO_HANDLER);
        serveAll(listener -> listener.serve(handler));
    }

    @Override
    public void serve(BlockWith<? super T, ?> handler, TaskGroup<?> group) throws IOException {
        Objects.requireNonNull(handler, NO_HANDLER);
        Objects.requireNonNull(group,
                "MultiListener.serve: the task group is null, leave it out for one of the call's own");
        serveAll(listener -> listener.serve(handler, group));
    }

    private void serveAll(ServeOne<T> one) throws IOException {
        TaskContext task = serving.begin("MultiListener.serve");
        try {
            serveAll(task, listeners, one);
        } finally {
            serving.end();
        }
    }

    private void serveAll(TaskContext task, List<Listener<? extends T>> all, ServeOne<T> one) throws IOException {
        if (all.size() == 1) {
            one.serve(all.getFirst());
            return;
        }
        try {
            task.createTaskGroup(IOException.class, GroupOptions.DEFAULT).run(group -> {
                for (Listener<? extends T> listener : all) {
                    group.spawn("serve " + listener, () -> one.serve(listener));
                }
            });
        } catch (ExceptionGroup e) {
            // the close ends the tasks of several listeners, which is one error
            if (closed && e.split(ClosedResourceException.class::isInstance).rest() == null) {
                throw closedException();
            }
            throw e;
        }
    }

    private void checkOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException("The listener " + this);
    }

    /**
     * Closes all listeners. AnyIO differs: if closing one fails, the others are closed all the same.
     *
     * @throws IOException if closing a listener throws it; exceptions of later ones are suppressed in it
     */
    @Override
    public void close() throws IOException {
        closed = true;
        closeAll(listeners.iterator());
    }

    private static void closeAll(Iterator<? extends Listener<?>> rest) throws IOException {
        if (rest.hasNext()) {
            try (Closeable _ = () -> closeAll(rest)) {
                rest.next().close();
            }
        }
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        Map<TypedAttribute<?>, Supplier<?>> all = new HashMap<>();
        for (Listener<? extends T> listener : listeners) {
            all.putAll(listener.attributes());
        }
        return Map.copyOf(all);
    }

    @Override
    public String toString() {
        return String.join(", ", listeners.stream().map(Object::toString).toList());
    }
}
