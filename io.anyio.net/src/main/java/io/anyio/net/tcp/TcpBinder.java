package io.anyio.net.tcp;

import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ListenOptions;
import io.anyio.api.net.SocketListener;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Tentative;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.net.name.NameLookup;
import io.anyio.net.stream.ChannelListener;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the sockets of one listener: one for each of its addresses, all on the same port. */
public final class TcpBinder {
    /** How many free ports are tried: the port that the first address got may be in use on another address. */
    private static final int ATTEMPTS = 10;

    private final NameLookup names;
    private final Opener opener;

    /** Opens one socket. */
    @FunctionalInterface
    interface Opener {
        TcpAcceptor open(@Nullable InetAddress host, int port) throws IOException;
    }

    TcpBinder(NameLookup names, Opener opener) {
        this.names = names;
        this.opener = opener;
    }

    /**
     * Opens a listener, which is closed with the owner.
     *
     * @param owner the owner of the listener
     * @param names finds the addresses of the host
     * @param port the port; 0 for any free one
     * @param options where to listen, and how
     * @return the listener
     * @throws IOException if the port is in use, or the operating system provides no socket
     */
    public static SocketListener listen(Owner owner, NameLookup names, int port, ListenOptions options)
            throws IOException {
        TcpBinder binder = new TcpBinder(names, (host, itsPort) -> TcpAcceptor.open(owner, host, itsPort, options));
        return ChannelListener.of(binder.bind(port, options), owner);
    }

    List<TcpAcceptor> bind(int port, ListenOptions options) throws IOException {
        if (options.host().isEmpty()) {
            return List.of(
                    opener.open(options.family() == AddressFamily.IPV6 ? Inet6Address.ofLiteral("::") : null, port));
        }
        List<InetAddress> hosts = names.addresses(options.host(), options.family());
        if (port != 0 || hosts.size() == 1) {
            return bindAll(hosts, port);
        }
        List<Throwable> errors = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return bindAll(hosts, 0);
            } catch (BindException e) {
                errors.add(e);
            }
        }
        BindException failed = new BindException(
                "No port is free on all " + hosts.size() + " addresses of " + options.host() + ", " + ATTEMPTS
                        + " were tried");
        failed.initCause(new ExceptionGroup(errors));
        throw failed;
    }

    /** Listens on all addresses, on the port that the first one gets. If one fails, all are closed. */
    private List<TcpAcceptor> bindAll(List<InetAddress> hosts, int port) throws IOException {
        List<TcpAcceptor> open = new ArrayList<>();
        try (Tentative opened = new Tentative(() -> new MultiListener<>(open).close())) {
            for (InetAddress host : hosts) {
                open.add(opener.open(host, open.isEmpty() ? port : open.getFirst().port()));
            }
            return opened.keep(List.copyOf(open));
        }
    }
}
