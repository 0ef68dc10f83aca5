package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.Operation;
import io.anyio.api.spi.TaskContext;
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

    @Override
    public void serve(BlockWith<? super T, ?> handler, TaskGroup<?> group) throws IOException {
        Objects.requireNonNull(handler, "MultiListener.serve: the handler is null");
        Objects.requireNonNull(group,
                "MultiListener.serve: the task group is null, leave it out for one of the call's own");
        TaskContext task = serving.begin("MultiListener.serve");
        try {
            serveAll(task, listeners, handler, group);
        } finally {
            serving.end();
        }
    }

    private void serveAll(TaskContext task, List<Listener<? extends T>> all, BlockWith<? super T, ?> handler,
            TaskGroup<?> group) throws IOException {
        if (all.size() == 1) {
            all.getFirst().serve(handler, group);
            return;
        }
        try {
            task.createTaskGroup(IOException.class, GroupOptions.DEFAULT).run(acceptors -> {
                for (Listener<? extends T> listener : all) {
                    acceptors.spawn("serve " + listener, () -> listener.serve(handler, group));
                }
            });
        } catch (ClosedResourceException e) {
            checkOpen();
            throw e;
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
     * Drains all listeners; if one cannot be drained, the others are all the same.
     *
     * @throws IOException if draining a listener throws it; exceptions of later ones are suppressed in it
     */
    @Override
    public void drain() throws IOException {
        forEach(listeners.iterator(), Listener::drain);
    }

    /**
     * Closes all listeners. AnyIO differs: if closing one fails, the others are closed all the same.
     *
     * @throws IOException if closing a listener throws it; exceptions of later ones are suppressed in it
     */
    @Override
    public void close() throws IOException {
        closed = true;
        forEach(listeners.iterator(), Listener::close);
    }

    /** What is done with each listener. */
    @FunctionalInterface
    private interface Action {
        void on(Listener<?> listener) throws IOException;
    }

    private static void forEach(Iterator<? extends Listener<?>> rest, Action action) throws IOException {
        if (rest.hasNext()) {
            try (Closeable _ = () -> forEach(rest, action)) {
                action.on(rest.next());
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
