package io.anyio.net.tcp;

import io.anyio.api.net.ServeOptions;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Gives each connection to a handler in a task of its own. */
final class Serving {
    /** How long a server waits if there is no file descriptor for the next connection; Trio waits as long. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final BlockWith<? super SocketStream, ?> handler;
    private final boolean isolated;
    private final String name;
    private final Owner owner;
    private final TaskGroup<?> group;
    private final System.Logger log;

    Serving(BlockWith<? super SocketStream, ?> handler, ServeOptions options, Owner owner, TaskGroup<?> group) {
        this.handler = handler;
        this.isolated = options.isolated();
        this.name = options.name().isEmpty() ? nameOf(handler) : options.name();
        this.owner = owner;
        this.group = group;
        this.log = System.getLogger(owner.holder().id() == Holder.APPLICATION ? "io.anyio" : owner.holder().name());
    }

    /** What a handler is called: its class, and for a lambda the class in which it stands. */
    private static String nameOf(Object handler) {
        String type = handler.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        String written = lambda < 0 ? type : type.substring(0, lambda);
        return written.substring(written.lastIndexOf('.') + 1);
    }

    /** Accepts what comes to one socket, until it is cancelled or closed. */
    void acceptAll(TcpAcceptor acceptor) {
        TaskContext task = TaskContext.current("SocketListener.serve");
        boolean failing = false;
        while (true) {
            task.checkpoint();
            try {
                TcpStream stream = acceptor.acceptNowait();
                failing = false;
                if (stream == null) {
                    acceptor.awaitConnection();
                } else {
                    spawn(stream);
                }
            } catch (IOException e) {
                if (!failing) {
                    failing = true;
                    log.log(System.Logger.Level.ERROR, "Accepting connections to " + acceptor + " for " + owner.holder().name()
                            + " is interrupted: " + e.getMessage() + ". It is tried again every " + PAUSE.toMillis()
                            + " ms; if there are too many open files, raise the limit (ulimit -n) or close connections earlier", e);
                }
                task.sleep(PAUSE);
            }
        }
    }

    private void spawn(TcpStream stream) throws IOException {
        boolean spawned = false;
        try {
            group.spawn(name + " " + stream.remote(), () -> handle(stream));
            spawned = true;
        } finally {
            if (!spawned) {
                stream.close();
            }
        }
    }

    private void handle(TcpStream stream) throws Exception {
        if (isolated) {
            handleIsolated(stream);
            return;
        }
        try {
            handler.run(stream);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void handleIsolated(TcpStream stream) {
        try (stream) {
            handler.run(stream);
        } catch (CancelledError e) {
            throw e;
        } catch (Throwable e) {
            Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
            // a client that goes away is no failure of the server
            log.log(cause instanceof BrokenResourceException ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR,
                    "The handler " + name + " of " + owner.holder().name() + " failed with the connection from " + stream.remote()
                            + ", which is closed: " + cause,
                    cause);
        }
    }
}
