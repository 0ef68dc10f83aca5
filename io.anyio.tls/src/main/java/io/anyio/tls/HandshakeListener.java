package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.ConnectionGroup;
import io.anyio.api.spi.TaskContext;
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
import org.jspecify.annotations.Nullable;

/**
 * A listener that performs the handshake of each connection, in the task that the wrapped listener makes for the
 * connection.
 */
final class HandshakeListener implements TlsListener {
    private final Sessions sessions;
    private final Listener<? extends ByteStream> listener;
    private final TlsListenerOptions options;

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
        ConnectionGroup server = ConnectionGroup.of(group);
        if (server == null) {
            serve(handler, group, usual -> usual); // with a group that knows whose fault a failure is
        } else {
            listener.serve(transport -> handle(transport, handler, server), group);
        }
    }

    /** What the task of a connection does. */
    private void handle(ByteStream transport, BlockWith<? super TlsStream, ?> handler, ConnectionGroup server)
            throws Exception {
        TlsStream stream = negotiate(transport, server);
        if (stream != null) {
            handler.run(stream);
        }
    }

    /** Performs the handshake. Returns null if it fails; the transport is then closed. */
    private @Nullable TlsStream negotiate(ByteStream transport, ConnectionGroup server) throws Exception {
        TaskContext task = TaskContext.current("TlsListener.serve");
        try {
            return sessions.open(transport, optionsOf(server));
        } catch (Throwable e) {
            refuse(task, e, transport, server);
            return null;
        }
    }

    private TlsOptions optionsOf(ConnectionGroup server) {
        Duration timeout = server.handshakeTimeout();
        return timeout == null ? options.session() : options.session().handshakeTimeout(timeout);
    }

    private void refuse(TaskContext task, Throwable reason, ByteStream transport, ConnectionGroup server)
            throws Exception {
        HandshakeErrorHandler own = options.onHandshakeError();
        try {
            server.handshakeFailed(transport,
                    reason instanceof TimedOutException late ? Broken.byTime(transport, late) : reason,
                    own != null || reason instanceof Error);
            switch (reason) {
                case Error fatal -> throw fatal;
                case Exception error when own != null -> own.handle(error, transport);
                default -> {}
            }
        } finally {
            Closing.forcefully(task, transport, reason);
        }
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
