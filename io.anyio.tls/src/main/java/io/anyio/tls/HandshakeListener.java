package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
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
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
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

    private static final String NO_HANDLER = "TlsListener.serve: the handler is null";

    private final Sessions sessions;
    private final Listener<? extends ByteStream> listener;
    private final TlsListenerOptions options;
    private final HandshakeErrorHandler onError;

    HandshakeListener(Sessions sessions, Listener<? extends ByteStream> listener, TlsListenerOptions options) {
        this.sessions = sessions;
        this.listener = listener;
        this.options = options;
        HandshakeErrorHandler given = options.onHandshakeError();
        this.onError = given == null ? HandshakeListener::log : given;
    }

    @Override
    public void serve(BlockWith<? super TlsStream, ?> handler) throws IOException {
        Objects.requireNonNull(handler, NO_HANDLER);
        listener.serve((ByteStream transport) -> handle(transport, handler));
    }

    @Override
    public void serve(BlockWith<? super TlsStream, ?> handler, TaskGroup<?> group) throws IOException {
        Objects.requireNonNull(handler, NO_HANDLER);
        Objects.requireNonNull(group,
                "TlsListener.serve: the task group is null, leave it out for one of the call's own");
        listener.serve((ByteStream transport) -> handle(transport, handler), group);
    }

    private void handle(ByteStream transport, BlockWith<? super TlsStream, ?> handler) throws Exception {
        TlsStream stream = negotiate(transport);
        if (stream != null) {
            handler.run(stream);
        }
    }

    /**
     * Performs the handshake. Returns null if it fails; the transport is then closed, even if the task is cancelled.
     */
    private @Nullable TlsStream negotiate(ByteStream transport) throws Exception {
        TaskContext task = TaskContext.current("TlsListener.serve");
        try {
            return sessions.open(transport, options.session());
        } catch (Exception e) {
            report(task, e, transport);
            return null;
        } catch (Error e) {
            Closing.forcefully(task, transport, e);
            throw e;
        }
    }

    private void report(TaskContext task, Exception error, ByteStream transport) throws Exception {
        try {
            onError.handle(error, transport);
        } finally {
            Closing.forcefully(task, transport, error);
        }
    }

    private static void log(Exception error, ByteStream transport) {
        if (isOfTheOtherSide(error)) {
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
