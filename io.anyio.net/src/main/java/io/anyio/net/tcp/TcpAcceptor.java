package io.anyio.net.tcp;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ListenOptions;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Readiness;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.Listener;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskGroup;
import io.anyio.net.name.NameLookup;
import io.anyio.net.socket.Ports;
import io.anyio.net.socket.SocketAttributes;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One listening socket. */
final class TcpAcceptor implements Listener<TcpStream> {
    /** How long a server waits if there is no file descriptor for the next connection; Trio waits as long. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final boolean POSIX = java.io.File.separatorChar == '/';

    final InetSocketAddress address;
    private final ServerSocketChannel channel;
    private final Readiness readiness;
    private final Owner owner;
    private final AddressFamily family;

    private TcpAcceptor(ServerSocketChannel channel, Readiness readiness, Owner owner, AddressFamily family) throws IOException {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.getLocalAddress();
        this.readiness = readiness;
        this.owner = owner;
        this.family = family;
    }

    /** Listens on an address, or on all of them. */
    static TcpAcceptor open(Owner owner, @Nullable InetAddress host, int port, ListenOptions options) throws IOException {
        var reactor = owner.reactor();
        ServerSocketChannel channel = options.family() == AddressFamily.IPV4
                ? ServerSocketChannel.open(java.net.StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
        boolean open = false;
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, POSIX);
            if (options.reusePort()) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            bind(channel, new InetSocketAddress(host, port), host == null, options.backlog());
            TcpAcceptor acceptor = new TcpAcceptor(channel, reactor.register(channel), owner, options.family());
            open = true;
            return acceptor;
        } finally {
            if (!open) {
                channel.close();
            }
        }
    }

    private static void bind(ServerSocketChannel channel, InetSocketAddress address, boolean wildcard, int backlog) throws IOException {
        try {
            channel.bind(address, backlog);
        } catch (BindException e) {
            throw Ports.refused(address, wildcard, e.getMessage(), e);
        } catch (UnsupportedAddressTypeException e) {
            throw Ports.refused(address, wildcard, "there are no sockets for such addresses here", e);
        }
    }

    /** Waits until there may be a connection. */
    void awaitConnection() {
        if (!readiness.awaitReadable()) {
            throw closedException();
        }
    }

    /** The connection that came first, if there is one. */
    @Nullable
    TcpStream acceptNowait() throws IOException {
        while (true) {
            SocketChannel connection = acceptOnce();
            if (connection == null) {
                return null;
            }
            // A socket on all IPv6 addresses takes IPv4 too, and Java has no option against that.
            if (NameLookup.isOf(((InetSocketAddress) connection.getRemoteAddress()).getAddress(), family)) {
                return adopt(connection);
            }
            connection.close();
        }
    }

    private @Nullable SocketChannel acceptOnce() throws IOException {
        try {
            return channel.accept();
        } catch (ClosedChannelException _) {
            throw closedException();
        }
    }

    private TcpStream adopt(SocketChannel connection) throws IOException {
        boolean registered = false;
        Readiness itsReadiness;
        try {
            itsReadiness = owner.reactor().register(connection);
            registered = true;
        } finally {
            if (!registered) {
                connection.close();
            }
        }
        return TcpStream.of(connection, itsReadiness, owner);
    }

    /** Accepts what comes, until it is cancelled or closed; an error of the operating system is waited out. */
    @Override
    public void serve(BlockWith<? super TcpStream, ?> handler, TaskGroup<?> group) {
        TaskContext task = TaskContext.current("SocketListener.serve");
        boolean failing = false;
        while (true) {
            task.checkpoint();
            try {
                TcpStream stream = acceptNowait();
                failing = false;
                if (stream == null) {
                    awaitConnection();
                } else {
                    spawn(stream, handler, group);
                }
            } catch (IOException e) {
                if (!failing) {
                    failing = true;
                    Serving.log(owner).log(System.Logger.Level.ERROR, "Accepting connections to " + this + " for " + owner.holder().name()
                            + " is interrupted: " + e.getMessage() + ". It is tried again every " + PAUSE.toMillis()
                            + " ms; if there are too many open files, raise the limit (ulimit -n) or close connections earlier", e);
                }
                task.sleep(PAUSE);
            }
        }
    }

    private static void spawn(TcpStream stream, BlockWith<? super TcpStream, ?> handler, TaskGroup<?> group) throws IOException {
        boolean spawned = false;
        try {
            group.spawn(handler + " " + stream.remote(), () -> handler.run(stream));
            spawned = true;
        } finally {
            if (!spawned) {
                stream.close();
            }
        }
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException("The listener " + this);
    }

    @Override
    public void close() throws IOException {
        readiness.close();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return SocketAttributes.of(channel);
    }

    @Override
    public String toString() {
        return "tcp:" + SocketAttributes.text(address);
    }
}
