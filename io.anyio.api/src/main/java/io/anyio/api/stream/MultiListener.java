package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Several listeners made one: it serves them all at once. Its attributes are those of all; of two listeners that have
 * the same one, the later wins.
 *
 * <p>The first listener that fails ends the others. {@code close} may be called by any task and any thread.
 *
 * @param <T> the type of the connections
 */
public final class MultiListener<T extends AsyncResource> implements Listener<T> {
    private static final String NO_HANDLER = "MultiListener.serve: the handler is null";

    private volatile List<Listener<? extends T>> listeners;
    private final AtomicBoolean serving = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * Joins listeners, which belong to this one afterwards. The listeners of one that is a MultiListener itself are
     * moved into this one: it is empty afterwards, so that serving it returns and closing it closes nothing.
     *
     * @param listeners what to serve
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
     * The listeners that are served.
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
     * Serves all listeners, each with a task group of its own for its handlers, until this is cancelled or one of them
     * fails. A checkpoint.
     *
     * @param handler what is done with each connection
     * @throws IOException if a listener fails with it, or a handler throws it
     * @throws ClosedResourceException if this listener is closed, before or meanwhile
     * @throws BusyResourceException if another task is accepting
     * @throws ExceptionGroup if several listeners or handlers fail, or a handler with another checked exception
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
        TaskContext task = TaskContext.current("MultiListener.serve");
        task.checkpoint();
        if (closed) {
            throw closedException();
        }
        if (!serving.compareAndSet(false, true)) {
            throw new BusyResourceException("accepting connections from");
        }
        try {
            serveAll(task, listeners, one);
        } finally {
            serving.set(false);
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

    private ClosedResourceException closedException() {
        return new ClosedResourceException("The listener " + this);
    }

    /**
     * Closes all listeners. AnyIO differs: the others are closed also if the close of one fails.
     *
     * @throws IOException if the close of a listener throws it; those of the later ones are suppressed in it
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
