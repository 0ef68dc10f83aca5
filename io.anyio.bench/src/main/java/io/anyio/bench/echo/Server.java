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
    private final String address;

    private Server(ServerKind kind, Child child, String address) {
        this.kind = kind;
        this.child = child;
        this.address = address;
    }

    /** Starts a server and waits until it listens. */
    static Server start(ServerKind kind, List<String> command, Pinning pinning)
            throws IOException, InterruptedException {
        Child child = Child.start(kind.toString(), pinning.pin(Pinning.Role.SERVER, command));
        try {
            return new Server(kind, child, child.await("address=", START_PATIENCE));
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

    /** Its port, or the path of its UNIX socket. */
    String address() {
        return address;
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
