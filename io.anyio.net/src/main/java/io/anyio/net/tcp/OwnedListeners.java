package io.anyio.net.tcp;

import io.anyio.api.net.ListenOptions;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.SocketListener;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** The service Listeners for one owner. */
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

    OwnedListeners(Owner owner, NameLookup names) {
        this.owner = owner;
        this.names = names;
    }

    @Override
    public SocketListener tcp(int port, UnaryOperator<ListenOptions> options) throws IOException {
        Ports.check(port);
        ListenOptions chosen = options.apply(ListenOptions.DEFAULT);
        TaskContext task = TaskContext.currentOrNull();
        if (task != null) {
            task.checkpoint();
        }
        return TcpListener.of(new TcpBinder(names, (host, itsPort) -> TcpAcceptor.open(owner, host, itsPort, chosen)).bind(port, chosen),
                owner);
    }
}
