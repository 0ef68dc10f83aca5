package io.anyio.net.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.ServeOptions;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Operation;
import io.anyio.api.spi.Options;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Stoppable;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.Tentative;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Listens on one socket, or on several with the same port. The {@link Acceptor} of each socket accepts its connections.
 */
public final class ChannelListener implements SocketListener, Stoppable {
    private static final Duration MOMENT = Duration.ofMillis(250);

    private final List<Acceptor> acceptors;
    private final MultiListener<ChannelStream> sockets;
    private final Owner owner;
    private final Operation accepting = Operation.accepting(this::checkOpen);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether the stop of its owner has closed it. */
    private volatile boolean stopped;

    private ChannelListener(List<Acceptor> acceptors, Owner owner) {
        this.acceptors = acceptors;
        this.sockets = new MultiListener<>(acceptors);
        this.owner = owner;
    }

    /**
     * Takes over sockets; they are closed with the owner.
     *
     * @param acceptors at least one
     * @param owner closes them at its end
     * @return the listener
     * @throws IOException if the owner refuses the listener, and its close fails as well
     */
    public static SocketListener of(List<? extends Acceptor> acceptors, Owner owner) throws IOException {
        ChannelListener listener = new ChannelListener(List.copyOf(acceptors), owner);
        acceptors.forEach(acceptor -> acceptor.belongTo(listener::closeWithoutWaiting));
        try (Tentative opened = new Tentative(listener)) {
            owner.register(listener);
            return opened.keep(listener);
        }
    }

    // ---- accepting one

    @Override
    public SocketStream accept() throws IOException {
        try {
            return acceptUntilClosed();
        } catch (ClosedResourceException e) {
            if (stopped) {
                // most likely the caller is cancelled next, and should get that error
                TaskContext.current("SocketListener.accept").sleep(MOMENT);
            }
            throw e;
        }
    }

    private SocketStream acceptUntilClosed() throws IOException {
        TaskContext task = accepting.begin("SocketListener.accept");
        try {
            while (true) {
                boolean nobody = true;
                for (Acceptor acceptor : acceptors) {
                    Acceptor.Arrival arrival = acceptor.acceptNowait();
                    if (arrival != null && arrival.stream() != null) {
                        return arrival.stream();
                    }
                    nobody &= arrival == null;
                }
                if (nobody) {
                    awaitConnection(task);
                } else {
                    task.checkpoint();
                    checkOpen();
                }
            }
        } finally {
            accepting.end();
        }
    }

    /**
     * Waits until one of the sockets may have a connection. Accepts none, so that none is lost if the task is
     * cancelled.
     */
    private void awaitConnection(TaskContext task) {
        if (acceptors.size() == 1) {
            acceptors.getFirst().awaitConnection();
            return;
        }
        try {
            task.createTaskGroup(RuntimeException.class, GroupOptions.DEFAULT).run(group -> {
                for (Acceptor acceptor : acceptors) {
                    group.spawn("wait for a connection to " + acceptor, () -> {
                        acceptor.awaitConnection();
                        group.cancel();
                    });
                }
            });
        } catch (RuntimeException e) {
            checkOpen();
            throw e;
        }
    }

    // ---- serving

    @Override
    public void serve(BlockWith<? super SocketStream, ?> handler, UnaryOperator<ServeOptions> options)
            throws IOException {
        TaskContext task = TaskContext.current("SocketListener.serve");
        ServeOptions chosen = Options.chosen("SocketListener.serve", ServeOptions.DEFAULT, options);
        Serving serving = new Serving(handler, chosen, owner);
        task.createTaskGroup(IOException.class, GroupOptions.DEFAULT).run(group -> serve(serving, group));
    }

    @Override
    public void serve(BlockWith<? super SocketStream, ?> handler, TaskGroup<?> group) throws IOException {
        Serving serving = new Serving(handler, ServeOptions.DEFAULT, owner);
        serve(serving,
                Objects.requireNonNull(group,
                        "SocketListener.serve: the task group is null, leave it out for one of the call's own"));
    }

    private void serve(Serving serving, TaskGroup<?> group) throws IOException {
        accepting.begin("SocketListener.serve");
        try {
            sockets.serve(serving, group);
        } catch (ClosedResourceException e) {
            // when the owner stops, the handlers continue for a while
            if (!stopped) {
                throw e;
            }
        } finally {
            accepting.end();
        }
    }

    // ---- both

    private void checkOpen() {
        if (closed.get()) {
            throw new ClosedResourceException("The listener " + this);
        }
    }

    @Override
    public void stop() {
        stopped = true;
        try {
            close();
        } catch (IOException _) {
            // it is closed nevertheless
        }
    }

    @Override
    public void close() throws IOException {
        leaveOwner();
        sockets.close();
    }

    /** Called by the raw socket of one of its sockets. */
    private void closeWithoutWaiting() throws IOException {
        leaveOwner();
        closeWithoutWaiting(acceptors.iterator());
    }

    private static void closeWithoutWaiting(Iterator<Acceptor> rest) throws IOException {
        if (rest.hasNext()) {
            try (Closeable _ = () -> closeWithoutWaiting(rest)) {
                rest.next().closeWithoutWaiting();
            }
        }
    }

    private void leaveOwner() {
        if (closed.compareAndSet(false, true)) {
            owner.unregister(this);
        }
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return sockets.attributes();
    }

    @Override
    public String toString() {
        return sockets.toString();
    }
}
