package io.anyio.net.tcp;

import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.net.name.NameLookup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Opens connections.
 *
 * @param owner the owner of the connections
 * @param names finds addresses
 */
public record TcpClient(Owner owner, NameLookup names) {

    /**
     * Connects to one of several addresses (RFC 8305, section 5). A checkpoint.
     *
     * @param task the current task
     * @param host the host, for messages
     * @param hosts its addresses
     * @param port the port
     * @param options the local address, and the delay between two attempts
     * @return the connection
     * @throws IOException if no address accepts a connection, or the local host is unknown
     */
    public SocketStream connect(TaskContext task, String host, List<InetAddress> hosts, int port,
            ConnectOptions options)
            throws IOException {
        List<InetAddress> reachable = hosts;
        InetSocketAddress local = options.localPort() == 0 ? null : new InetSocketAddress(options.localPort());
        if (!options.localHost().isEmpty()) {
            InetAddress localHost = names.addresses(options.localHost()).getFirst();
            reachable = NameLookup.ofFamily(host, hosts, NameLookup.familyOf(localHost));
            local = new InetSocketAddress(localHost, options.localPort());
        }
        List<InetSocketAddress> targets = HappyEyeballs.inOrder(reachable).stream()
                .map(address -> new InetSocketAddress(address, port)).toList();
        return new HappyEyeballs<>(new TcpConnector(owner, local), options.happyEyeballsDelay()).connect(task,
                (host.contains(":") ? "[" + host + "]" : host) + ":" + port, targets);
    }
}
