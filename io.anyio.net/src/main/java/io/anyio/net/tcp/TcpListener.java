package io.anyio.net.tcp;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.ListenOptions;
import io.anyio.api.net.ServeOptions;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.net.name.NameLookup;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Listens on one socket, or on several with the same port. */
public final class TcpListener implements SocketListener {
    private final List<TcpAcceptor> acceptors;
    private final MultiListener<TcpStream> sockets;
    private final Owner owner;
    private final AtomicBoolean accepting = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private TcpListener(List<TcpAcceptor> acceptors, Owner owner) {
        this.acceptors = acceptors;
        this.sockets = new MultiListener<>(acceptors);
        this.owner = owner;
    }

    /**
     * Listens; closed with the owner.
     *
     * @param owner whose listener it becomes
     * @param names knows the addresses of the host
     * @param port the port; 0 for any free one
     * @param options where to listen, and how
     * @return the listener
     * @throws IOException if the port or no socket can be had
     */
    public static SocketListener open(Owner owner, NameLookup names, int port, ListenOptions options) throws IOException {
        TcpListener listener = new TcpListener(
                new TcpBinder(names, (host, itsPort) -> TcpAcceptor.open(owner, host, itsPort, options)).bind(port, options), owner);
        owner.register(listener);
        return listener;
    }

    // ---- accepting one

    @Override
    public SocketStream accept() throws IOException {
        TaskContext task = begin("SocketListener.accept");
        try {
            while (true) {
                TcpStream stream = acceptNowait();
                if (stream != null) {
                    return stream;
                }
                awaitConnection(task);
            }
        } finally {
            accepting.set(false);
        }
    }

    private @Nullable TcpStream acceptNowait() throws IOException {
        for (TcpAcceptor acceptor : acceptors) {
            TcpStream stream = acceptor.acceptNowait();
            if (stream != null) {
                return stream;
            }
        }
        return null;
    }

    /** Waits until any socket may have a connection; none is accepted, so none can be lost. */
    private void awaitConnection(TaskContext task) {
        if (acceptors.size() == 1) {
            acceptors.getFirst().awaitConnection();
            return;
        }
        try {
            task.createTaskGroup(RuntimeException.class, GroupOptions.DEFAULT).run(group -> {
                for (TcpAcceptor acceptor : acceptors) {
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
    public void serve(BlockWith<? super SocketStream, ?> handler, UnaryOperator<ServeOptions> options) throws IOException {
        TaskContext task = TaskContext.current("SocketListener.serve");
        ServeOptions chosen = options.apply(ServeOptions.DEFAULT);
        Serving serving = new Serving(handler, chosen, owner);
        task.createTaskGroup(IOException.class, GroupOptions.DEFAULT).run(group -> serve(serving, group));
    }

    @Override
    public void serve(BlockWith<? super SocketStream, ?> handler, TaskGroup<?> group) throws IOException {
        serve(new Serving(handler, ServeOptions.DEFAULT, owner), group);
    }

    private void serve(Serving serving, TaskGroup<?> group) throws IOException {
        begin("SocketListener.serve");
        try {
            sockets.serve(serving, group);
        } finally {
            accepting.set(false);
        }
    }

    // ---- both

    /** The checks that each operation begins with, in the order of their precedence: cancelled, closed, busy. */
    private TaskContext begin(String what) {
        TaskContext task = TaskContext.current(what);
        task.checkpoint();
        checkOpen();
        if (!accepting.compareAndSet(false, true)) {
            throw new BusyResourceException("accepting connections from");
        }
        return task;
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new ClosedResourceException("The listener " + this);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            owner.unregister(this);
            sockets.close();
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
