package io.anyio.net.stream;

import io.anyio.api.net.ServeOptions;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelledError;
import java.io.UncheckedIOException;

/** What is done with each connection: the handler's work, and what its errors end. Its text names the task. */
final class Serving implements BlockWith<ChannelStream, Exception> {
    private final BlockWith<? super SocketStream, ?> handler;
    private final boolean isolated;
    private final String name;
    private final Owner owner;
    private final System.Logger log;

    Serving(BlockWith<? super SocketStream, ?> handler, ServeOptions options, Owner owner) {
        this.handler = handler;
        this.isolated = options.isolated();
        this.name = options.name().isEmpty() ? nameOf(handler) : options.name();
        this.owner = owner;
        this.log = log(owner);
    }

    /** What a handler is called: its class, and for a lambda the class in which it stands. */
    private static String nameOf(Object handler) {
        String type = handler.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        String written = lambda < 0 ? type : type.substring(0, lambda);
        return written.substring(written.lastIndexOf('.') + 1);
    }

    /** Where the owner's troubles are told. */
    static System.Logger log(Owner owner) {
        return System.getLogger(owner.holder().id() == Holder.APPLICATION ? "io.anyio" : owner.holder().name());
    }

    @Override
    public void run(ChannelStream stream) throws Exception {
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

    private void handleIsolated(ChannelStream stream) {
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

    @Override
    public String toString() {
        return name;
    }
}
