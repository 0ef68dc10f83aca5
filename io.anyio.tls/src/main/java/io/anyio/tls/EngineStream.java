package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.ResourceGuard;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over a transport.
 *
 * <p>Three buffers: {@code incoming} holds encrypted bytes that the engine has not taken, {@code decrypted} what it gave and the user has not, {@code outgoing} records that the transport has not taken;
 * each is kept ready for reading. A receive may have to answer (key update, alert) while another task sends, so records are made and sent under the lock {@code records}; a cancelled send leaves the rest of its
 * record in {@code outgoing}, which goes out first next time.
 */
final class EngineStream implements TlsStream {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteStream transport;
    private final SSLEngine engine;
    private final boolean standardCompatible;
    private final Lock records;
    private final ResourceGuard reading;
    private final ResourceGuard writing;
    private final ByteBuffer incoming;
    private final ByteBuffer outgoing;
    private ByteBuffer decrypted;
    private boolean transportEnded;
    private boolean sentEof;
    private volatile boolean closed;

    EngineStream(ByteStream transport, SSLEngine engine, boolean standardCompatible) {
        this.transport = transport;
        this.engine = engine;
        this.standardCompatible = standardCompatible;
        Synchronization synchronization = synchronization();
        this.records = synchronization.createLock();
        this.reading = synchronization.createResourceGuard("reading from");
        this.writing = synchronization.createResourceGuard("writing to");
        this.incoming = ByteBuffer.allocateDirect(engine.getSession().getPacketBufferSize()).flip();
        this.outgoing = ByteBuffer.allocateDirect(engine.getSession().getPacketBufferSize()).flip();
        this.decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
    }

    private static Synchronization synchronization() {
        Synchronization found = TaskContext.current("Tls.wrap").runtime().service(Synchronization.class);
        if (found == null) {
            throw new IllegalStateException("The runtime of the event loop has no synchronization");
        }
        return found;
    }

    // ---- handshake

    void handshake() throws IOException {
        try {
            engine.beginHandshake();
            proceed();
        } catch (SSLException e) {
            sendAlert(e);
            throw e;
        }
    }

    private void proceed() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> sendRecords(NOTHING);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrap()) {
                        throw new BrokenResourceException("The other side ended the transport in the middle of the TLS handshake", null);
                    }
                }
                case NEED_TASK -> runTasks();
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    /** Tells the other side why, if it can be told; the reason is what counts. */
    private void sendAlert(SSLException reason) {
        try {
            if (!engine.isOutboundDone()) {
                sendRecords(NOTHING);
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    // ---- receiving

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        try (Held _ = begin(reading)) {
            if (!fill()) {
                throw new EndOfStreamException();
            }
            byte[] bytes = new byte[Math.min(maxBytes, decrypted.remaining())];
            decrypted.get(bytes);
            return bytes;
        }
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            throw new IllegalArgumentException("The buffer has no space remaining: " + target);
        }
        try (Held _ = begin(reading)) {
            if (!fill()) {
                return -1;
            }
            int count = Math.min(target.remaining(), decrypted.remaining());
            target.put(decrypted.slice(decrypted.position(), count));
            decrypted.position(decrypted.position() + count);
            return count;
        }
    }

    /** Sees to it that there is something decrypted; false at the end of the stream. */
    private boolean fill() throws IOException {
        while (!decrypted.hasRemaining()) {
            if (engine.isInboundDone()) {
                return false;
            }
            if (!unwrap()) {
                if (standardCompatible) {
                    throw new BrokenResourceException("The other side ended the transport without closing TLS", null);
                }
                return false;
            }
            answer();
        }
        return true;
    }

    /** What a received record asks for: a key update, or our part of the closing. */
    private void answer() throws IOException {
        while (!engine.isInboundDone()) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> sendRecords(NOTHING);
                case NEED_TASK -> runTasks();
                default -> {
                    return;
                }
            }
        }
    }

    /** Decrypts a record, or asks the transport for more of it; false if the transport has ended. */
    private boolean unwrap() throws IOException {
        decrypted.compact();
        SSLEngineResult result;
        try {
            result = engine.unwrap(incoming, decrypted);
        } finally {
            decrypted.flip();
        }
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            ByteBuffer larger = ByteBuffer.allocate(decrypted.remaining() + engine.getSession().getApplicationBufferSize());
            decrypted = larger.put(decrypted).flip();
            return true;
        }
        return result.getStatus() != Status.BUFFER_UNDERFLOW || receiveMore();
    }

    private boolean receiveMore() throws IOException {
        if (transportEnded) {
            return false;
        }
        incoming.compact();
        try {
            transportEnded = transport.receive(incoming) < 0;
        } catch (ClosedResourceException e) {
            throw closed ? new ClosedResourceException("The TLS stream") : e;
        } finally {
            incoming.flip();
        }
        return !transportEnded;
    }

    // ---- sending

    @Override
    public void send(byte[] bytes) throws IOException {
        send(ByteBuffer.wrap(bytes));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        try (Held _ = begin(writing)) {
            if (sentEof) {
                throw new ClosedResourceException("The sending side of the TLS stream");
            }
            if (source.hasRemaining()) {
                sendRecords(source);
            }
        }
    }

    /** Encrypts and sends all of the source; a source without bytes makes one record, if the engine has something to say. */
    private void sendRecords(ByteBuffer source) throws IOException {
        try (Held _ = records.hold()) {
            flush();
            do {
                outgoing.clear();
                SSLEngineResult result;
                try {
                    result = engine.wrap(source, outgoing);
                } finally {
                    outgoing.flip();
                }
                flush();
                if (result.getStatus() == Status.CLOSED) {
                    if (source.hasRemaining()) {
                        throw new BrokenResourceException("The other side has closed TLS", null);
                    }
                    return;
                }
            } while (source.hasRemaining());
        }
    }

    private void flush() throws IOException {
        if (outgoing.hasRemaining()) {
            transport.send(outgoing);
        }
    }

    @Override
    public void sendEof() throws IOException {
        try (Held _ = begin(writing)) {
            String version = engine.getSession().getProtocol();
            if (!version.equals("TLSv1.3")) {
                throw new UnsupportedOperationException("sendEof needs TLS 1.3, but this session has " + version);
            }
            if (!sentEof) {
                sentEof = true;
                engine.closeOutbound();
                sendRecords(NOTHING);
            }
        }
    }

    // ---- the end

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (standardCompatible) {
                closeGracefully();
            }
        } finally {
            transport.close();
        }
    }

    private void closeGracefully() throws IOException {
        engine.closeOutbound();
        if (!engine.isOutboundDone()) {
            sendRecords(NOTHING);
        }
        while (!engine.isInboundDone()) {
            decrypted.clear().flip();
            if (!unwrap()) {
                throw new BrokenResourceException("The other side ended the transport without closing TLS", null);
            }
        }
    }

    private Held begin(ResourceGuard guard) {
        TaskContext.current("A TLS stream").checkpoint();
        if (closed) {
            throw new ClosedResourceException("The TLS stream");
        }
        return guard.use();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        Map<TypedAttribute<?>, Supplier<?>> attributes = new HashMap<>(transport.attributes());
        attributes.put(TlsAttribute.CIPHER, () -> engine.getSession().getCipherSuite());
        attributes.put(TlsAttribute.TLS_VERSION, () -> engine.getSession().getProtocol());
        attributes.put(TlsAttribute.SERVER_SIDE, () -> !engine.getUseClientMode());
        attributes.put(TlsAttribute.STANDARD_COMPATIBLE, () -> standardCompatible);
        attributes.put(TlsAttribute.SSL_ENGINE, () -> engine);
        String protocol = engine.getApplicationProtocol();
        if (protocol != null && !protocol.isEmpty()) {
            attributes.put(TlsAttribute.ALPN_PROTOCOL, () -> protocol);
        }
        return Map.copyOf(attributes);
    }
}
