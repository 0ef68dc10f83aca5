package io.anyio.api.net;

import java.io.IOException;
import java.util.Objects;

/**
 * A host to connect to over TCP, and TLS if the options have it.
 *
 * {@snippet :
 * Connectable server = new TcpConnectable(network, "localhost", listener.localPort());
 * try (SocketStream stream = server.connect()) {
 *     stream.send("hello".getBytes(UTF_8));
 *     reply = new String(stream.receive(), UTF_8);
 * }
 * }
 *
 * <p>Guide: {@code docs/tcp.md}. AnyIO has this since version 4.
 *
 * @param network opens the connections, which belong to its owner
 * @param host a name, or an address as text, which needs no lookup
 * @param port the port
 * @param options how to connect
 */
public record TcpConnectable(Network network, String host, int port, ConnectOptions options) implements Connectable {
    private static final int MAX_PORT = 65535;

    /**
     * Checks the values before anything is connected.
     *
     * @throws IllegalArgumentException if the host is empty, or the port is outside 1..65535
     */
    public TcpConnectable {
        Objects.requireNonNull(network, "TcpConnectable: the network is null");
        Objects.requireNonNull(host, "TcpConnectable: the host is null");
        Objects.requireNonNull(options, "TcpConnectable: the options are null, give ConnectOptions.DEFAULT");
        if (host.isBlank()) {
            throw new IllegalArgumentException("TcpConnectable: the host is empty, give a name or an address");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("TcpConnectable: port " + port + " is outside 1.." + MAX_PORT);
        }
    }

    /**
     * A host to connect to with the default options.
     *
     * @param network opens the connections
     * @param host a name, or an address as text
     * @param port the port
     * @throws IllegalArgumentException if the host is empty, or the port is outside 1..65535
     */
    public TcpConnectable(Network network, String host, int port) {
        this(network, host, port, ConnectOptions.DEFAULT);
    }

    @Override
    public SocketStream connect() throws IOException {
        return network.connectTcp(host, port, _ -> options);
    }
}
