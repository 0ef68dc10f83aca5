package io.anyio.net.stream;

import io.anyio.api.net.ServeOptions;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelledError;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * Runs the handler for each connection, and decides whether an error ends the server. {@code toString} is the name of
 * the task.
 */
final class Serving implements BlockWith<ChannelStream, Exception> {
    private final BlockWith<? super SocketStream, ?> handler;
    private final boolean isolated;
    private final String name;
    private final Owner owner;
    private final Report report;

    Serving(BlockWith<? super SocketStream, ?> handler, ServeOptions options, Owner owner) {
        this.handler = Objects.requireNonNull(handler, "SocketListener.serve: the handler is null");
        this.isolated = options.isolated();
        this.name = options.name().isEmpty() ? nameOf(handler) : options.name();
        this.owner = owner;
        this.report = reports(owner);
    }

    /** The name of a handler: its class, or the class that contains it if it is a lambda. */
    private static String nameOf(Object handler) {
        String written = Bodies.nameOf(handler);
        return written.substring(written.lastIndexOf('.') + 1);
    }

    /** The log for errors of the owner's handlers. */
    static Report reports(Owner owner) {
        return new Report(owner.holder().id() == Holder.APPLICATION ? "io.anyio" : owner.holder().name());
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
        } catch (Throwable e) {
            if (e instanceof CancelledError cancelled
                    && TaskContext.current("SocketListener.serve").cancellationPending()) {
                throw cancelled;
            }
            report(stream, e);
        }
    }

    private void report(ChannelStream stream, Throwable error) {
        switch (Fault.of(error, owner)) {
            case STOP -> report.log(System.Logger.Level.DEBUG, error, "The handler ", name, " of ",
                    owner.holder().name(), " failed while it was stopped, with the connection from ", stream.remote());
            case PEER -> report.log(System.Logger.Level.DEBUG, null, "The connection from ", stream.remote(),
                    " ended before the handler ", name, " of ", owner.holder().name(), " was done with it: ",
                    Errors.line(error));
            case HANDLER ->
                report.log(System.Logger.Level.ERROR, error, "The handler ", name, " of ", owner.holder().name(),
                        " failed with the connection from ", stream.remote(), ", which is closed: ", error);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
