package io.anyio.net.socket;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import org.jspecify.annotations.Nullable;

/**
 * What sockets that send and receive have in common: the checks that each operation begins with, one task at a time for
 * each direction, and the close.
 */
public abstract class Endpoint implements Closeable {
    private static final VarHandle RECEIVING;
    private static final VarHandle SENDING;
    private static final VarHandle CLOSED;
    private static final VarHandle RAW;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RECEIVING = lookup.findVarHandle(Endpoint.class, "receiving", boolean.class);
            SENDING = lookup.findVarHandle(Endpoint.class, "sending", boolean.class);
            CLOSED = lookup.findVarHandle(Endpoint.class, "closed", boolean.class);
            RAW = lookup.findVarHandle(Endpoint.class, "raw", NetworkChannel.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The registered channel. */
    protected final RegisteredChannel registered;

    private final Owner owner;

    @SuppressWarnings("UnusedVariable") // through RECEIVING
    private volatile boolean receiving;

    @SuppressWarnings("UnusedVariable") // through SENDING
    private volatile boolean sending;

    private volatile boolean closed;

    /** The channel that was handed out for this one, once a caller has asked for it. */
    private volatile @Nullable NetworkChannel raw;

    /**
     * Makes an endpoint, which {@link #belongToOwner} completes.
     *
     * @param registered the registered channel
     * @param owner with whom it is closed
     */
    protected Endpoint(RegisteredChannel registered, Owner owner) {
        this.registered = registered;
        this.owner = owner;
    }

    /**
     * Lets the owner close this endpoint; to be called when it is made. It is closed if the owner refuses it.
     *
     * @throws IOException if it is refused, and the close fails as well
     */
    public final void belongToOwner() throws IOException {
        boolean belongs = false;
        try {
            owner.register(this);
            belongs = true;
        } finally {
            if (!belongs) {
                close();
            }
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
        RECEIVING.setRelease(this, false);
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
        SENDING.setRelease(this, false);
    }

    /**
     * The checks of {@link io.anyio.api.spi.Operation}, in the same order. Each connection would need two such objects:
     * here, two flags do.
     */
    private TaskContext begin(String what, VarHandle guard, String action) {
        TaskContext task = registered.currentTask(what);
        task.checkpoint();
        checkOpen();
        if (!guard.compareAndSet(this, false, true)) {
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
        if (closed) {
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
     * @return always the same
     */
    protected final NetworkChannel raw(NetworkChannel channel) {
        NetworkChannel made = raw;
        if (made == null) {
            NetworkChannel fresh = RawSocket.of(channel, this::closeWithoutWaiting);
            NetworkChannel before = (NetworkChannel) RAW.compareAndExchange(this, null, fresh);
            made = before == null ? fresh : before;
        }
        // read after the channel was published: either this sees the close, or the close sees the channel
        if (closed) {
            RawSocket.close(made);
        }
        return made;
    }

    private void closeWithoutWaiting() throws IOException {
        if (CLOSED.compareAndSet(this, false, true)) {
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
        if (CLOSED.compareAndSet(this, false, true)) {
            owner.unregister(this);
            RawSocket.close(raw);
        }
        registered.close();
    }
}
