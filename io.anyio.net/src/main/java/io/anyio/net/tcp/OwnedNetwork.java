package io.anyio.net.tcp;

import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;

/** The service Network for one owner. */
public class OwnedNetwork implements Network {
    private final Owner owner;
    private final NameLookup names;

    /**
     * Makes the service.
     *
     * @param owner whose connections it opens
     */
    public OwnedNetwork(Owner owner) {
        this(owner, new NameLookup(new SystemResolver()));
    }

    OwnedNetwork(Owner owner, NameLookup names) {
        this.owner = owner;
        this.names = names;
    }

    @Override
    public SocketStream connectTcp(String host, int port, UnaryOperator<ConnectOptions> options) throws IOException {
        Ports.check(port);
        TaskContext task = TaskContext.current("Network.connectTcp");
        task.checkpoint();
        return connect(task, host, names.addresses(host), port, options.apply(ConnectOptions.DEFAULT));
    }

    @Override
    public SocketStream connectTcp(InetAddress host, int port, UnaryOperator<ConnectOptions> options) throws IOException {
        Ports.check(port);
        TaskContext task = TaskContext.current("Network.connectTcp");
        task.checkpoint();
        return connect(task, host.getHostAddress(), List.of(host), port, options.apply(ConnectOptions.DEFAULT));
    }

    private TcpStream connect(TaskContext task, String host, List<InetAddress> hosts, int port, ConnectOptions options) throws IOException {
        Ports.check(options.localPort());
        List<InetAddress> reachable = hosts;
        InetSocketAddress local = options.localPort() == 0 ? null : new InetSocketAddress(options.localPort());
        if (!options.localHost().isEmpty()) {
            InetAddress localHost = names.addresses(options.localHost()).getFirst();
            reachable = NameLookup.ofFamily(host, hosts, NameLookup.familyOf(localHost));
            local = new InetSocketAddress(localHost, options.localPort());
        }
        List<InetSocketAddress> targets = HappyEyeballs.inOrder(reachable).stream().map(address -> new InetSocketAddress(address, port))
                .toList();
        return new HappyEyeballs<>(new TcpConnector(owner, local), options.happyEyeballsDelay()).connect(task,
                (host.contains(":") ? "[" + host + "]" : host) + ":" + port, targets);
    }
}
