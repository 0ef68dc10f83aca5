package io.anyio.bench.echo;

import io.anyio.bench.option.ServerKind;
import io.anyio.bench.process.Child;
import io.anyio.bench.process.Pinning;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** An echo server that runs. */
final class Server implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private final ServerKind kind;
    private final Child child;
    private final int port;

    private Server(ServerKind kind, Child child, int port) {
        this.kind = kind;
        this.child = child;
        this.port = port;
    }

    /** Starts a server and waits until it listens. */
    static Server start(ServerKind kind, List<String> command, Pinning pinning)
            throws IOException, InterruptedException {
        Child child = Child.start(kind.toString(), pinning.pin(Pinning.Role.SERVER, command));
        try {
            return new Server(kind, child, Integer.parseInt(child.await("port=", START_PATIENCE)));
        } catch (IOException | InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    ServerKind kind() {
        return kind;
    }

    long pid() {
        return child.pid();
    }

    int port() {
        return port;
    }

    /** The end of its error output, for messages. */
    String complaint() throws IOException {
        return child.complaint();
    }

    @Override
    public void close() throws IOException {
        child.close();
    }
}
