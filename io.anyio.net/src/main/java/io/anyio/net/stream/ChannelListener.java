package io.anyio.net.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.ConnectionGroup;
import io.anyio.api.spi.Operation;
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

/**
 * Listens on one socket, or on several with the same port. The {@link Acceptor} of each socket accepts its connections.
 */
public final class ChannelListener implements SocketListener, Stoppable {
    /** How long the end of an accept waits for the cancellation that the stop of the owner brings. */
    private static final Duration MOMENT = Duration.ofMillis(250);

    private final List<Acceptor> acceptors;
    private final MultiListener<SocketStream> sockets;
    private final Owner owner;
    private final Operation accepting = Operation.accepting(this::checkOpen);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether it was closed in a way that lets the handlers go on, as the stop of its owner does. */
    private volatile boolean drained;

    /** Whether its owner stops. */
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
                // most likely the caller is cancelled next, and is to see that
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
    public void serve(BlockWith<? super SocketStream, ?> handler, TaskGroup<?> group) throws IOException {
        Objects.requireNonNull(handler, "SocketListener.serve: the handler is null");
        Objects.requireNonNull(group,
                "SocketListener.serve: the task group is null, leave it out for one of the call's own");
        accepting.begin("SocketListener.serve");
        try {
            ConnectionGroup server = ConnectionGroup.of(group);
            if (server != null) {
                server.servedBy(owner);
            }
            sockets.serve(handler, group);
        } catch (ClosedResourceException e) {
            // the handlers go on for a while
            if (!drained) {
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
    public void drain() throws IOException {
        drained = true;
        close();
    }

    @Override
    public void stop() {
        stopped = true;
        try {
            drain();
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
