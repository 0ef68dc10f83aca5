package io.anyio.net.tcp;

import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The service Network for one owner. */
public class OwnedNetwork implements Network {
    private final Owner owner;

    /**
     * Makes the service.
     *
     * @param owner whose connections it opens
     */
    public OwnedNetwork(Owner owner) {
        this.owner = owner;
    }

    @Override
    public SocketStream connectTcp(String host, int port, UnaryOperator<ConnectOptions> options) throws IOException {
        Ports.check(port);
        TaskContext task = TaskContext.current("Network.connectTcp");
        task.checkpoint();
        return connect(task, host, NameLookup.addresses(host), port, options.apply(ConnectOptions.DEFAULT));
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
        TcpConnector connector = new TcpConnector(owner, null);
        if (!options.localHost().isEmpty()) {
            InetAddress local = NameLookup.addresses(options.localHost()).getFirst();
            reachable = new ArrayList<>(hosts);
            reachable.removeIf(
                    address -> !NameLookup.matches(address, local instanceof Inet6Address ? AddressFamily.IPV6 : AddressFamily.IPV4));
            if (reachable.isEmpty()) {
                throw new java.net.UnknownHostException(
                        host + " has no address of the family of the local address " + local.getHostAddress());
            }
            connector = new TcpConnector(owner, new InetSocketAddress(local, options.localPort()));
        } else if (options.localPort() != 0) {
            connector = new TcpConnector(owner, new InetSocketAddress(options.localPort()));
        }
        List<InetSocketAddress> targets = HappyEyeballs.inOrder(reachable).stream().map(address -> new InetSocketAddress(address, port))
                .toList();
        return new HappyEyeballs<>(connector, options.happyEyeballsDelay()).connect(task, host + ":" + port, targets);
    }
}
