package io.anyio.net.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.ConnectionGroup;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.LastError;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.BrokenResourceException;
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
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
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

    /** Errors of this side. */
    private final LastError told = new LastError();

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
     * @param owner in whose log failed handshakes are
     */
    public EncryptingListener(SocketListener listener, Supplier<Optional<Session>> sessions, Owner owner) {
        this.listener = listener;
        this.sessions = sessions;
        this.owner = owner;
    }

    @Override
    public void serve(BlockWith<? super SocketStream, ?> handler, TaskGroup<?> group) throws IOException {
        ConnectionGroup server = ConnectionGroup.of(group);
        connections = server;
        listener.serve(stream -> handle(stream, handler, server), group);
    }

    private void handle(SocketStream stream, BlockWith<? super SocketStream, ?> handler,
            @Nullable ConnectionGroup server) throws Exception {
        Optional<SocketStream> ready = prepare(stream, server);
        if (ready.isPresent()) {
            handler.run(ready.get());
        }
    }

    /** Performs the handshake, if there is to be one. Empty if it fails: the connection is closed then. */
    private Optional<SocketStream> prepare(SocketStream stream, @Nullable ConnectionGroup server) {
        HandshakeErrorHandler failed = this::log;
        try {
            Session session = sessions.get().orElse(null);
            if (session == null) {
                return Optional.of(stream);
            }
            HandshakeErrorHandler own = session.options().onHandshakeError();
            failed = own == null ? failed : own;
            SocketStream ready = new TlsSocketStream(session.tls().wrap(stream, _ -> optionsOf(session, server)));
            told.forget();
            return Optional.of(ready);
        } catch (Throwable e) {
            refuse(stream, e, failed, server);
            return Optional.empty();
        }
    }

    /** Whatever the reason is, and whatever fails here: other connections go on. */
    private void refuse(SocketStream stream, Throwable reason, HandshakeErrorHandler failed,
            @Nullable ConnectionGroup server) {
        TaskContext task = TaskContext.current("a server");
        try {
            if (server != null) {
                server.handshakeFailed(isOfThePeer(reason));
            }
            tell(stream, reason, failed, task);
        } finally {
            closeForcefully(stream, task);
        }
    }

    private void tell(SocketStream stream, Throwable reason, HandshakeErrorHandler failed, TaskContext task) {
        try {
            if (reason instanceof Exception error) {
                failed.handle(error, stream);
                return;
            }
            throw reason;
        } catch (Throwable e) {
            if (e instanceof CancelledError cancelled && task.cancellationPending()) {
                throw cancelled;
            }
            log(e, stream);
        }
    }

    private void closeForcefully(SocketStream stream, TaskContext task) {
        try {
            task.runCancelled("the connection is closed forcefully", stream::close);
        } catch (IOException | RuntimeException e) {
            new Report(owner.holder().logName()).log(System.Logger.Level.DEBUG, e, "The close of ", stream, " failed");
        }
    }

    private static TlsOptions optionsOf(Session session, @Nullable ConnectionGroup server) {
        Duration timeout = server == null ? null : server.handshakeTimeout();
        TlsOptions options = session.options().session();
        return timeout == null ? options : options.handshakeTimeout(timeout);
    }

    private void log(Throwable error, Object transport) {
        Report log = new Report(owner.holder().logName());
        if (isOfThePeer(error) || error instanceof NoSessionException || !told.isNews(error)) {
            log.log(System.Logger.Level.DEBUG, null, "The TLS handshake with ", transport,
                    " failed, the connection is closed: ", Errors.line(error));
        } else {
            log.log(System.Logger.Level.ERROR, error, "The TLS handshake with ", transport,
                    " failed, the connection is closed: ", error);
        }
    }

    private static boolean isOfThePeer(Throwable error) {
        return switch (error) {
            case SSLKeyException _ -> false;
            case SSLException _,BrokenResourceException _ -> true;
            default -> false;
        };
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
