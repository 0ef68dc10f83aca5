package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.api.tls.Unwrapped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS over a transport, after its handshake. */
final class EngineStream implements TlsStream {
    /** A stream leaves OPEN once. */
    private enum State {
        OPEN,

        /** Somebody closes it, or has closed it. */
        CLOSED,

        /** The transport belongs to somebody else again. */
        UNWRAPPED
    }

    /** How long a close that is not standard compatible waits until the other side has got everything. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** How many bytes it drops meanwhile. */
    private static final int MOST_DROPPED = 1 << 18;

    /** How many bytes an unwrap keeps that nobody has received. */
    private static final int MOST_UNREAD = 1 << 20;

    private static final String NOTHING = "TlsStream.send: what is to be sent is null";

    private final ByteStream transport;
    private final Records records;
    private final Buffers buffers;
    private final boolean standardCompatible;

    private final AtomicBoolean receiving = new AtomicBoolean();
    private final AtomicBoolean sending = new AtomicBoolean();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /** Whether somebody has closed the transport under another one that closes. */
    private volatile boolean forced;

    /** Set for a close that waits until nobody receives any more. */
    private volatile @Nullable Event receiverGone;

    /** Decrypted, and more than a receive asked for; guarded by {@code receiving}. */
    private @Nullable ByteBuffer decrypted;

    /** Guarded by {@code sending}. */
    private boolean sentEof;

    EngineStream(ByteStream transport, Records records, Buffers buffers, boolean standardCompatible) {
        this.transport = transport;
        this.records = records;
        this.buffers = buffers;
        this.standardCompatible = standardCompatible;
    }

    // ---- receiving

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is less than 1: " + maxBytes);
        }
        TaskContext task = begin("TlsStream.receive", receiving, "reading from");
        try {
            ByteBuffer buffer = decrypt(task, false);
            if (buffer == null) {
                throw new EndOfStreamException();
            }
            byte[] bytes = new byte[Math.min(maxBytes, buffer.remaining())];
            buffer.get(bytes);
            keep(buffer);
            return bytes;
        } finally {
            endReceive();
        }
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target, "TlsStream.receive: the buffer is null");
        if (!target.hasRemaining() || target.isReadOnly()) {
            throw new IllegalArgumentException("The buffer has no space remaining to be written to: " + target);
        }
        TaskContext task = begin("TlsStream.receive", receiving, "reading from");
        try {
            int start = target.position();
            while (decrypted == null && target.position() == start) {
                task.checkpoint();
                if (records.ended() || !feed(encrypted -> decryptInto(encrypted, target))) {
                    return -1;
                }
            }
            ByteBuffer rest = decrypted;
            if (rest != null && target.position() == start) {
                int count = Math.min(target.remaining(), rest.remaining());
                target.put(rest.slice(rest.position(), count));
                keep(rest.position(rest.position() + count));
            }
            return target.position() - start;
        } finally {
            endReceive();
        }
    }

    /** Decrypts into the caller's buffer; a record that has no room there is kept. */
    private Status decryptInto(ByteBuffer encrypted, ByteBuffer target) throws SSLException {
        Status status = records.decrypt(encrypted, target, true);
        if (status != Status.BUFFER_OVERFLOW) {
            return status;
        }
        return decryptShared(encrypted, false);
    }

    @Override
    public <X extends Exception> boolean receive(BlockWith<ByteBuffer, X> block) throws IOException, X {
        Objects.requireNonNull(block, "TlsStream.receive: the block is null");
        TaskContext task = begin("TlsStream.receive", receiving, "reading from");
        ByteBuffer buffer;
        try {
            buffer = decrypt(task, true);
        } finally {
            endReceive();
        }
        if (buffer == null) {
            return false;
        }
        try {
            block.run(buffer);
        } finally {
            buffers.give(buffer);
        }
        return true;
    }

    /**
     * What is decrypted, ready for reading, to be kept or given back; null at the end of the stream. Nothing is held
     * while it waits.
     */
    private @Nullable ByteBuffer decrypt(TaskContext task, boolean all) throws IOException {
        while (decrypted == null) {
            task.checkpoint(); // records without data may go on without end
            if (records.ended() || !feed(encrypted -> decryptShared(encrypted, all))) {
                return null;
            }
        }
        ByteBuffer buffer = decrypted;
        decrypted = null;
        return buffer;
    }

    private Status decryptShared(ByteBuffer encrypted, boolean all) throws SSLException {
        ByteBuffer buffer = buffers.take(Buffers.SIZE).limit(DEFAULT_MAX_BYTES);
        try {
            return records.decrypt(encrypted, buffer, all);
        } finally {
            if (buffer.flip().hasRemaining()) {
                decrypted = buffer;
            } else {
                buffers.give(buffer);
            }
        }
    }

    /** Keeps the rest of what was decrypted, if there is one. */
    private void keep(ByteBuffer buffer) {
        decrypted = buffer.hasRemaining() ? Buffers.own(buffer) : null;
        buffers.give(buffer);
    }

    /** Waits for records; false if the transport has ended, and that is no error. */
    private boolean feed(Records.Sink sink) throws IOException {
        try {
            if (records.feed(sink)) {
                checkOpen();
                return true;
            }
        } catch (ClosedResourceException | BrokenResourceException e) {
            checkOpen();
            throw e;
        }
        checkOpen();
        if (standardCompatible) {
            throw ragged();
        }
        return false;
    }

    private BrokenResourceException ragged() {
        return new BrokenResourceException("The other side of " + this + " has ended the transport without ending TLS",
                null);
    }

    private void endReceive() {
        receiving.set(false);
        Event gone = receiverGone;
        if (gone != null) {
            gone.set();
        }
    }

    // ---- sending

    @Override
    public void send(byte[] bytes) throws IOException {
        send(ByteBuffer.wrap(Objects.requireNonNull(bytes, NOTHING)));
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source, NOTHING);
        begin("TlsStream.send", sending, "writing to");
        try {
            if (sentEof) {
                throw new ClosedResourceException("The sending side of " + this);
            }
            records.send(source, this::checkOpen);
        } catch (ClosedResourceException | BrokenResourceException e) {
            checkOpen();
            throw e;
        } finally {
            sending.set(false);
        }
    }

    @Override
    public void sendEof() throws IOException {
        begin("TlsStream.sendEof", sending, "writing to");
        try {
            String version = records.engine.getSession().getProtocol();
            if (!version.equals("TLSv1.3")) {
                throw new UnsupportedOperationException("sendEof needs TLS 1.3, but this session has " + version);
            }
            sentEof = true;
            records.sendClose();
        } catch (ClosedResourceException | BrokenResourceException e) {
            checkOpen();
            throw e;
        } finally {
            sending.set(false);
        }
    }

    // ---- the end

    @Override
    public Unwrapped unwrap() throws IOException {
        TaskContext task = begin("TlsStream.unwrap", sending, "writing to");
        try {
            begin("TlsStream.unwrap", receiving, "reading from");
            try {
                sentEof = true;
                ByteArrayOutputStream unread = new ByteArrayOutputStream();
                sayGoodbye(task, () -> awaitEnd(task, bytes -> keepUnread(bytes, unread)));
                if (!state.compareAndSet(State.OPEN, State.UNWRAPPED)) {
                    throw closedException();
                }
                return new Unwrapped(transport, ByteBuffer.wrap(unread.toByteArray()), records.rest());
            } catch (ClosedResourceException | BrokenResourceException e) {
                checkOpen();
                throw e;
            } finally {
                endReceive();
            }
        } finally {
            sending.set(false);
        }
    }

    private void keepUnread(ByteBuffer bytes, ByteArrayOutputStream unread) throws IOException {
        if (unread.size() + bytes.remaining() > MOST_UNREAD) {
            throw new BrokenResourceException("The other side of " + this + " goes on sending, and more than "
                    + MOST_UNREAD + " bytes were not received: receive until it has ended before you unwrap", null);
        }
        unread.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    @Override
    public void close() throws IOException {
        TaskContext task = TaskContext.currentOrNull();
        if (!state.compareAndSet(State.OPEN, State.CLOSED)) {
            // who does not wait ends the waiting of another one that closes
            if (state.get() == State.CLOSED && (task == null || task.cancellationPending())) {
                forced = true;
                transport.close();
            }
            return;
        }
        if (task != null) {
            try {
                closeGracefully(task);
            } catch (ClosedResourceException e) {
                // perhaps only one direction of it is closed
                Closing.forcefully(task, transport, e);
                if (!forced) {
                    throw new BrokenResourceException("The transport of " + this + " was closed before TLS had ended",
                            e);
                }
            } catch (IOException | RuntimeException | Error e) {
                Closing.forcefully(task, transport, e);
                throw e;
            }
        }
        transport.close();
    }

    private void closeGracefully(TaskContext task) throws IOException {
        if (standardCompatible) {
            task.checkCancelled(); // before what is broken can say so: a forced close has no error
            sayGoodbye(task, () -> {
                awaitReceiverGone(task);
                awaitEnd(task, _ -> {});
            });
        } else if (!task.cancellationPending() && canLinger()) {
            linger(task);
        }
    }

    /** Only sockets need it; whoever waits in them sees what comes, and wants to see the close. */
    private boolean canLinger() {
        return !records.transportEnded() && transport.attributes().containsKey(SocketAttribute.REMOTE_ADDRESS)
                && receiving.compareAndSet(false, true) && sending.compareAndSet(false, true);
    }

    /**
     * A socket that is closed while something unread lies in it, as session tickets do, or is still to come, is reset,
     * and the end of what was sent is lost. So the sending direction is ended first, and what comes is dropped until
     * the other side has ended, too, within bounds.
     */
    private void linger(TaskContext task) {
        int[] dropped = new int[1];
        CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.timeout(LINGER).name("TLS close"));
        try {
            scope.run(() -> {
                transport.sendEof();
                while (dropped[0] < MOST_DROPPED && transport.<IOException>receive(bytes -> {
                    dropped[0] += bytes.remaining();
                })) {
                }
            });
        } catch (IOException | RuntimeException _) {
            // what cannot be ended in peace is closed
        }
    }

    /**
     * Sends the end, and receives that of the other side meanwhile: both sides may do this at once with full buffers,
     * and neither could send if neither received.
     *
     * @param receiving waits for the other side's end
     */
    private void sayGoodbye(TaskContext task, Block<IOException> receiving) throws IOException {
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        task.createTaskGroup(IOException.class, GroupOptions.DEFAULT).run(group -> {
            group.spawn("end of TLS", () -> {
                try {
                    records.sendClose();
                } catch (IOException | RuntimeException e) {
                    failed.set(e);
                    group.cancel();
                }
            });
            receiving.run();
        });
        // who has ended the session need not wait for our end
        if (!records.ended()) {
            switch (failed.get()) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> {
                }
            }
        }
    }

    /**
     * A task that is receiving gets what comes next, sees that the stream is closed, and leaves the rest of the closing
     * to us.
     */
    private void awaitReceiverGone(TaskContext task) {
        while (!receiving.compareAndSet(false, true)) {
            Event gone = task.runtime().require(Synchronization.class).createEvent();
            receiverGone = gone;
            if (receiving.compareAndSet(false, true)) {
                return;
            }
            gone.await();
        }
    }

    /** Waits until the other side has ended the session, and passes on what is still unread. */
    private void awaitEnd(TaskContext task, BlockWith<ByteBuffer, IOException> unread) throws IOException {
        while (decrypted != null || !records.ended()) {
            ByteBuffer bytes = decrypted;
            if (bytes != null) {
                decrypted = null;
                unread.run(bytes);
                buffers.give(bytes);
                continue;
            }
            task.checkpoint();
            if (!records.feed(encrypted -> decryptShared(encrypted, true))) {
                throw ragged();
            }
        }
    }

    /** The checks that each operation begins with, in the order of their precedence: cancelled, closed, busy. */
    private TaskContext begin(String what, AtomicBoolean guard, String action) {
        TaskContext task = TaskContext.current(what);
        task.checkpoint();
        checkOpen();
        if (!guard.compareAndSet(false, true)) {
            checkOpen();
            throw new BusyResourceException(action);
        }
        return task;
    }

    private void checkOpen() {
        if (state.get() != State.OPEN) {
            throw closedException();
        }
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException("The stream " + this);
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return SessionAttributes.of(transport, records, standardCompatible);
    }

    @Override
    public String toString() {
        return "tls:" + transport;
    }
}
