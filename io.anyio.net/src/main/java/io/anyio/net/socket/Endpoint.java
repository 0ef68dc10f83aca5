package io.anyio.net.socket;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import java.io.Closeable;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The common part of sockets that send and receive: the checks at the beginning of each operation, one task at a time
 * for each direction, and the close.
 */
public abstract class Endpoint implements Closeable {
    // no VarHandle: the JVM links each use of one when it is first reached, and at the end of the stack a socket
    // would stay busy
    private static final AtomicIntegerFieldUpdater<Endpoint> RECEIVING = AtomicIntegerFieldUpdater.newUpdater(
            Endpoint.class, "receiving");
    private static final AtomicIntegerFieldUpdater<Endpoint> SENDING = AtomicIntegerFieldUpdater.newUpdater(
            Endpoint.class, "sending");
    private static final AtomicIntegerFieldUpdater<Endpoint> CLOSED = AtomicIntegerFieldUpdater.newUpdater(
            Endpoint.class, "closed");
    private static final AtomicReferenceFieldUpdater<Endpoint, NetworkChannel> RAW = AtomicReferenceFieldUpdater
            .newUpdater(Endpoint.class, NetworkChannel.class, "raw");

    /** The registered channel. */
    protected final RegisteredChannel registered;

    private final Owner owner;

    @SuppressWarnings("UnusedVariable") // through RECEIVING
    private volatile int receiving;

    @SuppressWarnings("UnusedVariable") // through SENDING
    private volatile int sending;

    private volatile int closed;

    /** The channel that was handed out for this one, once a caller has asked for it. */
    private volatile @Nullable NetworkChannel raw;

    /**
     * Makes an endpoint, which {@link #belongToOwner} completes.
     *
     * @param registered the registered channel
     * @param owner closes it at its end
     */
    protected Endpoint(RegisteredChannel registered, Owner owner) {
        this.registered = registered;
        this.owner = owner;
    }

    /** Lets the owner close this endpoint; called when it is complete. It is closed if the owner refuses it. */
    public final void belongToOwner() {
        try {
            owner.register(this);
        } catch (Throwable refused) {
            try {
                close();
            } catch (IOException e) {
                refused.addSuppressed(e);
            }
            throw refused;
        }
    }

    /**
     * Begins to receive. A checkpoint.
     *
     * @param what the operation, for the message
     * @return the current task
     * @throws ClosedResourceException if this endpoint is closed
     * @throws BusyResourceException if another task is receiving
     */
    protected final TaskContext beginReceiving(String what) {
        return begin(what, RECEIVING, "reading from");
    }

    /** Ends what {@link #beginReceiving} began. */
    protected final void endReceiving() {
        RECEIVING.lazySet(this, 0);
    }

    /**
     * Begins to send. A checkpoint.
     *
     * @param what the operation, for the message
     * @return the current task
     * @throws ClosedResourceException if this endpoint is closed
     * @throws BusyResourceException if another task is sending
     */
    protected final TaskContext beginSending(String what) {
        return begin(what, SENDING, "writing to");
    }

    /** Ends what {@link #beginSending} began. */
    protected final void endSending() {
        SENDING.lazySet(this, 0);
    }

    /**
     * Makes the checks of {@link io.anyio.api.spi.Operation}, in the same order. Two flags replace two such objects for
     * each connection.
     */
    private TaskContext begin(String what, AtomicIntegerFieldUpdater<Endpoint> guard, String action) {
        TaskContext task = registered.currentTask(what);
        task.checkpoint();
        checkOpen();
        if (!guard.compareAndSet(this, 0, 1)) {
            throw new BusyResourceException(action);
        }
        return task;
    }

    /** Waits until there may be something to receive. */
    protected final void awaitReadable() {
        if (!registered.awaitReadable()) {
            throw closedException();
        }
    }

    /** Waits until something may be sent. */
    protected final void awaitWritable() {
        if (!registered.awaitWritable()) {
            throw closedException();
        }
    }

    /**
     * Throws if this endpoint is closed.
     *
     * @throws ClosedResourceException if it is
     */
    protected final void checkOpen() {
        if (closed != 0) {
            throw closedException();
        }
    }

    /**
     * Makes the exception of a closed endpoint.
     *
     * @return a new exception
     */
    protected final ClosedResourceException closedException() {
        return new ClosedResourceException("The socket " + this);
    }

    /**
     * Makes the exception of a channel that failed.
     *
     * @param doing what failed
     * @param e the error of the channel
     * @return a new exception, unless the task is cancelled or this endpoint is closed
     * @throws ClosedResourceException if it is
     */
    protected final BrokenResourceException failed(String doing, IOException e) {
        registered.currentTask(doing).checkCancelled();
        checkOpen();
        if (e instanceof ClosedChannelException) {
            throw closedException();
        }
        String reason = e instanceof PortUnreachableException ? "nobody listens there" : e.getMessage();
        return new BrokenResourceException(doing + " failed: " + reason, e);
    }

    /**
     * Returns the channel to hand out for the one of this endpoint; it is closed with this endpoint. From any thread.
     *
     * @param channel the channel of this endpoint
     * @return the same object in each call
     */
    protected final NetworkChannel raw(NetworkChannel channel) {
        NetworkChannel made = raw;
        if (made == null) {
            NetworkChannel fresh = RawSocket.of(channel, this::closeWithoutWaiting);
            made = RAW.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(raw);
        }
        // read after the channel was published: either this sees the close, or the close sees the channel
        if (closed != 0) {
            RawSocket.close(made);
        }
        return made;
    }

    private void closeWithoutWaiting() throws IOException {
        if (CLOSED.compareAndSet(this, 0, 1)) {
            owner.unregister(this);
            registered.closeWithoutWaiting();
        }
    }

    /**
     * Closes the channel and wakes the tasks that wait for it. In a task, the port and the descriptor are free on
     * return, even if it was closed before without waiting for that. Not a checkpoint; from any thread.
     */
    @Override
    public final void close() throws IOException {
        if (CLOSED.compareAndSet(this, 0, 1)) {
            owner.unregister(this);
            RawSocket.close(raw);
        }
        registered.close();
    }
}
