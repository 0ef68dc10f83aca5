package io.anyio.net.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.ConnectionBody;
import io.anyio.api.spi.ConnectionGroup;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.Listener;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.net.socket.Opening;
import io.anyio.net.socket.RawSocket;
import io.anyio.net.socket.SocketAttributes;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One socket that listens. */
public abstract class Acceptor implements Listener<SocketStream> {
    /** How long a server waits if there is no file descriptor for the next connection; the same as in Trio. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerSocketChannel channel;
    private final SocketAddress address;
    private final RegisteredChannel registered;
    private final Owner owner;
    private final String kind;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<@Nullable NetworkChannel> raw = new AtomicReference<>();
    private volatile Closeable whole = () -> {};

    /** The connections of the last {@code serve}, which may be waiting for room among them. */
    private volatile @Nullable ConnectionGroup serving;

    /**
     * Takes over a channel.
     *
     * @param channel the channel that listens
     * @param registered the same, registered with a loop
     * @param owner closes the connections at its end
     * @param kind tcp or unix, for display
     * @throws IOException if the channel is closed
     */
    protected Acceptor(ServerSocketChannel channel, RegisteredChannel registered, Owner owner, String kind)
            throws IOException {
        this.channel = channel;
        this.address = channel.getLocalAddress();
        this.registered = registered;
        this.owner = owner;
        this.kind = kind;
    }

    /**
     * Prepares an accepted channel, or rejects it.
     *
     * @param connection the channel
     * @return false if it is rejected: the caller closes it
     * @throws IOException if the channel cannot be prepared
     */
    protected abstract boolean admit(SocketChannel connection) throws IOException;

    /**
     * The address on which it listens.
     *
     * @return the address
     */
    protected final SocketAddress address() {
        return address;
    }

    /** Waits until there may be a connection. */
    void awaitConnection() {
        if (!registered.awaitReadable()) {
            throw closedException();
        }
    }

    /**
     * An accepted connection.
     *
     * @param stream the connection, or null if it was rejected
     */
    record Arrival(@Nullable ChannelStream stream) {}

    /**
     * Accepts the next connection, if there is one. The caller passes a checkpoint before the next call, even after
     * rejected connections: clients decide how many of these arrive.
     */
    @Nullable
    Arrival acceptNowait() throws IOException {
        SocketChannel connection = acceptOnce();
        return connection == null ? null : new Arrival(isAdmitted(connection) ? adopt(connection) : null);
    }

    private @Nullable SocketChannel acceptOnce() throws IOException {
        try {
            return channel.accept();
        } catch (ClosedChannelException _) {
            throw closedException();
        }
    }

    private boolean isAdmitted(SocketChannel connection) throws IOException {
        try (Opening<SocketChannel> opening = new Opening<>(connection)) {
            if (!admit(connection)) {
                return false;
            }
            opening.succeeded(connection);
            return true;
        }
    }

    /** Registers a connection with the loop of the current task. */
    private ChannelStream adopt(SocketChannel connection) throws IOException {
        try (Opening<SocketChannel> opening = new Opening<>(connection)) {
            return ChannelStream.of(opening, owner, kind);
        }
    }

    /**
     * Accepts connections until it is cancelled or closed. After an error of the operating system it waits and tries
     * again.
     */
    @Override
    public void serve(BlockWith<? super SocketStream, ?> handler, TaskGroup<?> group) {
        TaskContext task = TaskContext.current("SocketListener.serve");
        ConnectionGroup server = ConnectionGroup.of(group);
        String name = server == null ? Bodies.simpleNameOf(handler) : server.name();
        serving = server;
        boolean failing = false;
        while (true) {
            task.checkpoint();
            if (server != null && !server.awaitRoom(closed::get)) {
                throw closedException();
            }
            try {
                SocketChannel connection = acceptOnce();
                failing = false;
                if (connection == null) {
                    awaitConnection();
                } else if (isAdmitted(connection)) {
                    spawn(name, new Handling(server, handler, connection), group);
                }
            } catch (IOException e) {
                if (!failing) {
                    failing = true;
                    new Report(owner.holder().logName()).log(System.Logger.Level.ERROR, e, "Accepting connections to ",
                            this, " for ",
                            owner.holder().name(), " is interrupted: ", e, ". It is tried again every ",
                            PAUSE.toMillis(),
                            " ms; if there are too many open files, raise the limit (ulimit -n) or close "
                                    + "connections earlier");
                }
                task.sleep(PAUSE);
            }
        }
    }

    /** The work with one connection, on the loop of its task, which may be another one than that of the server. */
    private final class Handling extends ConnectionBody<@Nullable Void> {
        private final @Nullable ConnectionGroup server;
        private final BlockWith<? super SocketStream, ?> handler;
        private final SocketChannel connection;

        Handling(@Nullable ConnectionGroup server, BlockWith<? super SocketStream, ?> handler,
                SocketChannel connection) {
            this.server = server;
            this.handler = handler;
            this.connection = connection;
        }

        @Override
        protected @Nullable Void serve() throws Exception {
            ChannelStream stream = adoptOrNull();
            if (stream == null) {
                return null;
            }
            if (server != null && Liveness.isWanted(server)) {
                new Liveness(server, handler, stream).run();
            } else {
                handler.run(stream);
            }
            return null;
        }

        @Override
        public void skipped(Throwable why) {
            try {
                connection.close();
            } catch (IOException e) {
                new Report(owner.holder().logName()).log(System.Logger.Level.DEBUG, e, "A connection to ",
                        Acceptor.this, " that nobody serves could not be closed");
            }
        }

        /** A connection that cannot be registered ends alone, because the server can go on. */
        private @Nullable ChannelStream adoptOrNull() {
            try {
                return adopt(connection);
            } catch (IOException | LoopClosedException e) {
                if (!owner.isStopping()) {
                    new Report(owner.holder().logName()).log(System.Logger.Level.ERROR, e, "A connection to ",
                            Acceptor.this, " for ", owner.holder().name(), " cannot be served, and is closed: ", e);
                }
                return null;
            }
        }
    }

    private static void spawn(String name, Handling handling, TaskGroup<?> group) throws IOException {
        SocketChannel connection = handling.connection;
        boolean spawned = false;
        try {
            String task = name + " " + SocketAttributes.text(connection.getRemoteAddress());
            group.<@Nullable Void>spawn(task, handling);
            spawned = true;
        } finally {
            if (!spawned) {
                connection.close();
            }
        }
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException("The listener " + this);
    }

    /**
     * Called before the socket is closed.
     *
     * @throws IOException if it fails; the socket is closed nevertheless
     */
    protected void closing() throws IOException {}

    /** Closes the socket. In a task, its port is free on return. */
    @Override
    public final void close() throws IOException {
        try {
            closeWithoutWaiting();
        } finally {
            registered.close();
        }
    }

    /** Begins to close the socket; its port is free soon afterwards. */
    final void closeWithoutWaiting() throws IOException {
        if (closed.compareAndSet(false, true)) {
            try {
                ConnectionGroup waited = serving;
                if (waited != null) {
                    waited.wakeUp();
                }
                closing();
            } finally {
                registered.closeWithoutWaiting();
                RawSocket.close(raw.get());
            }
        }
    }

    /**
     * Makes a close of the raw socket close the whole listener.
     *
     * @param listener closes the listener and this socket, without waiting
     */
    void belongTo(Closeable listener) {
        whole = listener;
    }

    /** The channel that is handed out; closed with the socket. */
    private NetworkChannel raw() {
        raw.compareAndSet(null, RawSocket.of(channel, () -> whole.close()));
        NetworkChannel handedOut = Objects.requireNonNull(raw.get());
        // read after the channel was published: either this sees the close, or the close sees the channel
        if (closed.get()) {
            RawSocket.close(handedOut);
        }
        return handedOut;
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return SocketAttributes.unconnected(channel, this::raw, address);
    }

    @Override
    public String toString() {
        return kind + ":" + SocketAttributes.text(address);
    }
}
