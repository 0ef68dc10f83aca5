package io.anyio.net;

import io.anyio.api.net.ListenOptions;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.UnixListenOptions;
import io.anyio.api.spi.Options;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.net.name.NameLookup;
import io.anyio.net.name.SystemResolver;
import io.anyio.net.socket.Ports;
import io.anyio.net.tcp.TcpBinder;
import io.anyio.net.unix.UnixAcceptor;
import io.anyio.net.unix.UnixPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The service {@link Listeners} for one owner. */
public class OwnedListeners implements Listeners {
    private final Owner owner;
    private final NameLookup names;

    /**
     * Makes the service.
     *
     * @param owner whose listeners it opens
     */
    public OwnedListeners(Owner owner) {
        this(owner, new NameLookup(new SystemResolver()));
    }

    /**
     * Makes the service with a name lookup of its own.
     *
     * @param owner the owner of its listeners
     * @param names finds addresses
     */
    public OwnedListeners(Owner owner, NameLookup names) {
        this.owner = owner;
        this.names = names;
    }

    @Override
    public SocketListener tcp(int port, UnaryOperator<ListenOptions> options) throws IOException {
        Ports.check(port);
        ListenOptions chosen = Options.chosen("Listeners.tcp", ListenOptions.DEFAULT, options);
        checkpoint();
        return TcpBinder.listen(owner, names, port, chosen);
    }

    @Override
    public SocketListener unix(String path, UnaryOperator<UnixListenOptions> options) throws IOException {
        return unix(UnixPaths.of(path), options);
    }

    @Override
    public SocketListener unix(Path path, UnaryOperator<UnixListenOptions> options) throws IOException {
        Objects.requireNonNull(path, "Listeners.unix: the path is null");
        UnixListenOptions chosen = Options.chosen("Listeners.unix", UnixListenOptions.DEFAULT, options);
        checkpoint();
        return UnixAcceptor.listen(owner, path, chosen);
    }

    private static void checkpoint() {
        TaskContext task = TaskContext.currentOrNull();
        if (task != null) {
            task.checkpoint();
        }
    }
}
