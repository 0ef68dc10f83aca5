package io.anyio.api.net;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The path of a UNIX socket to connect to.
 *
 * <p>Guide: {@code docs/tcp.md}. AnyIO has this since version 4.
 *
 * @param network opens the connections, which belong to its owner
 * @param path the path of the listener's file
 */
public record UnixConnectable(Network network, Path path) implements Connectable {
    /**
     * Checks the values before anything is connected.
     *
     * @throws IllegalArgumentException if the path is empty
     */
    public UnixConnectable {
        Objects.requireNonNull(network, "UnixConnectable: the network is null");
        Objects.requireNonNull(path, "UnixConnectable: the path is null");
        if (path.toString().isEmpty()) {
            throw new IllegalArgumentException("UnixConnectable: the path is empty, give that of the listener's file");
        }
    }

    @Override
    public SocketStream connect() throws IOException {
        return network.connectUnix(path);
    }
}
