package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.ConnectionGroup;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.LastError;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.tls.HandshakeErrorHandler;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import org.jspecify.annotations.Nullable;

/**
 * A listener that performs the handshake of each connection, in the task that the wrapped listener makes for the
 * connection.
 */
final class HandshakeListener implements TlsListener {
    private static final Report LOG = new Report("io.anyio.tls");

    private final Sessions sessions;
    private final Listener<? extends ByteStream> listener;
    private final TlsListenerOptions options;

    /** Errors of this side. */
    private final LastError told = new LastError();

    HandshakeListener(Sessions sessions, Listener<? extends ByteStream> listener, TlsListenerOptions options) {
        this.sessions = sessions;
        this.listener = listener;
        this.options = options;
    }

    @Override
    public void serve(BlockWith<? super TlsStream, ?> handler, TaskGroup<?> group) throws IOException {
        Objects.requireNonNull(handler, "TlsListener.serve: the handler is null");
        Objects.requireNonNull(group,
                "TlsListener.serve: the task group is null, leave it out for one of the call's own");
        listener.serve(new Handshaking(handler, ConnectionGroup.of(group)), group);
    }

    /** What the task of a connection does. */
    private final class Handshaking implements BlockWith<ByteStream, Exception> {
        private final BlockWith<? super TlsStream, ?> handler;
        private final @Nullable ConnectionGroup server;

        Handshaking(BlockWith<? super TlsStream, ?> handler, @Nullable ConnectionGroup server) {
            this.handler = handler;
            this.server = server;
        }

        @Override
        public void run(ByteStream transport) throws Exception {
            TlsStream stream = negotiate(transport, server);
            if (stream != null) {
                handler.run(stream);
            }
        }
    }

    /**
     * Performs the handshake. Returns null if it fails; the transport is then closed, even if the task is cancelled.
     */
    private @Nullable TlsStream negotiate(ByteStream transport, @Nullable ConnectionGroup server) throws Exception {
        TaskContext task = TaskContext.current("TlsListener.serve");
        try {
            TlsStream stream = sessions.open(transport, optionsOf(server));
            told.forget();
            return stream;
        } catch (Exception e) {
            if (server != null && isOfTheOtherSide(e)) {
                server.handshakeFailed(true);
            }
            report(task, e, transport);
            return null;
        } catch (Error e) {
            Closing.forcefully(task, transport, e);
            throw e;
        }
    }

    private TlsOptions optionsOf(@Nullable ConnectionGroup server) {
        Duration timeout = server == null ? null : server.handshakeTimeout();
        return timeout == null ? options.session() : options.session().handshakeTimeout(timeout);
    }

    private void report(TaskContext task, Exception error, ByteStream transport) throws Exception {
        try {
            HandshakeErrorHandler given = options.onHandshakeError();
            if (given == null) {
                log(error, transport);
            } else {
                given.handle(error, transport);
            }
        } finally {
            Closing.forcefully(task, transport, error);
        }
    }

    private void log(Exception error, ByteStream transport) {
        if (isOfTheOtherSide(error) || !told.isNews(error)) {
            LOG.log(System.Logger.Level.DEBUG, null, "The TLS handshake with ", transport,
                    " failed, the connection is closed: ", Errors.line(error));
        } else {
            LOG.log(System.Logger.Level.ERROR, error, "The TLS handshake with ", transport,
                    " failed, the connection is closed: ", error);
        }
    }

    /**
     * Clients that do not speak TLS, are too slow or end the connection are usual. A key that cannot be read, or
     * options that do not fit the context, are errors of the server.
     */
    private static boolean isOfTheOtherSide(Exception error) {
        return switch (error) {
            case SSLKeyException _ -> false;
            case SSLException _,BrokenResourceException _,TimedOutException _ -> true;
            default -> false;
        };
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
        return Map.of(TlsAttribute.STANDARD_COMPATIBLE, options.session()::standardCompatible);
    }

    @Override
    public String toString() {
        return "tls:" + listener;
    }
}
