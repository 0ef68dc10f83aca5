package io.anyio.tls;

import io.anyio.api.net.SocketAttribute;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens sessions over transports: makes the parts of a session, and does its handshake within its time limit. */
final class Sessions {
    private final Buffers buffers = new Buffers();
    private final Workers workers;
    private final Engines engines;

    Sessions(Workers workers) {
        this.workers = workers;
        this.engines = new Engines(workers);
    }

    /**
     * Opens a session. A checkpoint. If it fails, the transport remains open: it belongs to the caller.
     *
     * @throws TimedOutException if the handshake took too long
     */
    TlsStream open(ByteStream transport, TlsOptions options) throws IOException {
        TaskContext task = TaskContext.current("Tls.wrap");
        task.checkpoint();
        CancelScope scope = task
                .openCancelScope(ScopeOptions.DEFAULT.timeout(options.handshakeTimeout()).name("TLS handshake"));
        TlsStream stream = scope.<@Nullable TlsStream, IOException>call(() -> handshake(task, transport, options),
                null);
        task.failIfTimedOut(scope);
        return Objects.requireNonNull(stream);
    }

    private TlsStream handshake(TaskContext task, ByteStream transport, TlsOptions options) throws IOException {
        Engine engine = new Engine(engines.open(task, options, port(transport)), workers);
        Incoming incoming = new Incoming(transport, buffers);
        Outgoing outgoing = new Outgoing(engine, transport, buffers, task.runtime().require(Synchronization.class));
        char[] offered = new Handshake(engine, incoming, outgoing, buffers).run(task);
        return new EngineStream(transport, engine, new Plaintext(engine, incoming, outgoing, buffers), outgoing,
                options.standardCompatible(), offered);
    }

    /** The other side's port, or 0: with -1 the JDK remembers no session. */
    private static int port(ByteStream transport) {
        Integer port = transport.attribute(SocketAttribute.REMOTE_PORT, null);
        return port == null ? 0 : port;
    }
}
