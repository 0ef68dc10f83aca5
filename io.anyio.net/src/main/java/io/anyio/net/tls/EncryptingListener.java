package io.anyio.net.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.ConnectionGroup;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.Listener;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.tls.HandshakeErrorHandler;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A listener of sockets that decides for each connection whether it is encrypted, and how. The handshake takes place in
 * the task of the connection.
 */
public final class EncryptingListener implements Listener<SocketStream> {
    private final SocketListener listener;
    private final Supplier<Optional<Session>> sessions;
    private final Owner owner;
    private volatile @Nullable ConnectionGroup connections;

    /**
     * How a connection is encrypted.
     *
     * @param tls the service
     * @param options its options
     */
    public record Session(Tls tls, TlsListenerOptions options) {}

    /**
     * Wraps a listener, which is closed with this one.
     *
     * @param listener accepts the connections
     * @param sessions says for each connection how it is encrypted; empty for not at all. May throw, if that cannot be
     * had at the moment
     * @param owner in whose log closes that fail are, and connections that come while a context is replaced
     */
    public EncryptingListener(SocketListener listener, Supplier<Optional<Session>> sessions, Owner owner) {
        this.listener = listener;
        this.sessions = sessions;
        this.owner = owner;
    }

    @Override
    public void serve(BlockWith<? super SocketStream, ?> handler, TaskGroup<?> group) throws IOException {
        ConnectionGroup server = Objects.requireNonNull(ConnectionGroup.of(group), "It is served with options only");
        connections = server;
        listener.serve(stream -> handle(stream, handler, server), group);
    }

    private void handle(SocketStream stream, BlockWith<? super SocketStream, ?> handler, ConnectionGroup server)
            throws Exception {
        Optional<SocketStream> ready = prepare(stream, server);
        if (ready.isPresent()) {
            handler.run(ready.get());
        }
    }

    /** Performs the handshake, if there is to be one. Empty if it fails: the connection is closed then. */
    private Optional<SocketStream> prepare(SocketStream stream, ConnectionGroup server) {
        HandshakeErrorHandler own = null;
        try {
            Session session = sessions.get().orElse(null);
            if (session == null) {
                return Optional.of(stream);
            }
            own = session.options().onHandshakeError();
            return Optional.of(new TlsSocketStream(session.tls().wrap(stream, _ -> optionsOf(session, server))));
        } catch (Throwable e) {
            refuse(stream, e, own, server);
            return Optional.empty();
        }
    }

    /** Whatever the reason is, and whatever fails here: other connections go on. */
    private void refuse(SocketStream stream, Throwable reason, @Nullable HandshakeErrorHandler own,
            ConnectionGroup server) {
        TaskContext task = TaskContext.current("a server");
        try {
            tell(stream, reason, own, server);
        } catch (Throwable e) {
            if (e instanceof CancelledError cancelled && task.cancellationPending()) {
                throw cancelled;
            }
            server.handshakeFailed(stream, e, false);
        } finally {
            closeForcefully(stream, task);
        }
    }

    private void tell(SocketStream stream, Throwable reason, @Nullable HandshakeErrorHandler own,
            ConnectionGroup server) throws Throwable {
        if (reason instanceof NoSessionException) {
            server.handshakeFailed(stream, reason, true);
            log().log(System.Logger.Level.DEBUG, null, "The connection ", stream, " is closed: ", Errors.line(reason));
        } else if (own != null && reason instanceof Exception error) {
            server.handshakeFailed(stream, error, true);
            own.handle(error, stream);
        } else {
            throw reason;
        }
    }

    private void closeForcefully(SocketStream stream, TaskContext task) {
        try {
            task.runCancelled("the connection is closed forcefully", stream::close);
        } catch (IOException | RuntimeException e) {
            log().log(System.Logger.Level.DEBUG, e, "The close of ", stream, " failed");
        }
    }

    private Report log() {
        return new Report(owner.holder().logName());
    }

    private static TlsOptions optionsOf(Session session, ConnectionGroup server) {
        Duration timeout = server.handshakeTimeout();
        TlsOptions options = session.options().session();
        return timeout == null ? options : options.handshakeTimeout(timeout);
    }

    /** Lets a server that waits for room look at its limit again. From any thread. */
    public void wakeUp() {
        ConnectionGroup waiting = connections;
        if (waiting != null) {
            waiting.wakeUp();
        }
    }

    /**
     * The port on which it listens.
     *
     * @return the port; -1 if it has none
     */
    public int port() {
        Integer port = listener.attribute(SocketAttribute.LOCAL_PORT, -1);
        return port == null ? -1 : port;
    }

    @Override
    public void drain() throws IOException {
        listener.drain();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return listener.attributes();
    }

    @Override
    public String toString() {
        return listener.toString();
    }
}
