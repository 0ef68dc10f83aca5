package io.anyio.impl.file;

import io.anyio.api.spi.Lasting;
import io.anyio.api.spi.Operation;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The common part of files and file streams: which task may use them and when, and the close. */
abstract class FileHandle implements AutoCloseable {
    private static final Report LOG = new Report("io.anyio");

    /** The open channels. */
    final Opened opened;

    /** The limiter of the worker threads. */
    final CapacityLimiter limiter;

    private final String type;
    private final Owner owner;
    private final Operation using = Operation.using(this::checkOpen);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Lasting end = new End();

    /**
     * Makes it.
     *
     * @param type what it is, for messages
     */
    FileHandle(String type, Opened opened, Owner owner, CapacityLimiter limiter) {
        this.type = type;
        this.opened = opened;
        this.owner = owner;
        this.limiter = limiter;
    }

    /** An operation on the buffer that needs no worker thread; null if the buffer cannot serve it. */
    @FunctionalInterface
    interface Quick<T> {
        @Nullable
        T get() throws IOException;
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
    static <T> @Nullable T never() {
        return null;
    }

    /** Registers it with the owner, after it is complete; it is closed if the owner refuses it. */
    final void belongToOwner() {
        owner.register(end);
    }

    /** Writes what is in the buffer. */
    abstract void writeBuffered() throws IOException;

    final <T> T use(String method, Quick<T> quick, Body<T, IOException> slow) throws IOException {
        using.begin(call(method));
        try {
            T known = quick.get();
            return known == null ? FileWork.call(limiter, slow) : known;
        } catch (IOException e) {
            throw told(e);
        } finally {
            using.end();
        }
    }

    final String call(String method) {
        return type + "." + method;
    }

    private IOException told(IOException e) {
        if (e instanceof ClosedChannelException) {
            ClosedResourceException error = closedError();
            error.initCause(e);
            throw error;
        }
        return FileWork.named(opened.name(), e);
    }

    private void checkOpen() {
        if (isClosed()) {
            throw closedError();
        }
    }

    private ClosedResourceException closedError() {
        return new ClosedResourceException("The file '" + opened.name() + "'");
    }

    // ---- the close

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean free = using.tryBegin();
        try {
            // the call of another task must end, even if it or others like it have all tokens
            FileWork.surely(free ? limiter : null, free ? this::flushAndClose : opened::close, this::leave);
        } catch (IOException e) {
            throw told(e);
        }
    }

    /** Only after the close: the owner may have to end what blocks there. */
    private void leave() throws IOException {
        // in the loop only if nothing else was possible
        try (Opened _ = opened) {
            owner.unregister(end);
        }
    }

    private void flushAndClose() throws IOException {
        try (Opened _ = opened) {
            writeBuffered();
        }
    }

    /**
     * Closes the file with its owner: a call or close that is under way is ended, and the buffer is written only if
     * that takes no longer than the rest of the grace.
     */
    private final class End implements Lasting {
        @Override
        public void close() throws IOException {
            try (Opened _ = opened) {
                if (closed.compareAndSet(false, true) && using.tryBegin()
                        && !FileWork.within(owner, FileHandle.this::flushAndClose)) {
                    LOG.log(System.Logger.Level.WARNING, null, "What was buffered for the file '", opened.name(),
                            "' of ", owner.holder().name(), " is lost: it could not be written within the grace");
                }
            } finally {
                owner.unregister(this);
            }
        }
    }

    public final boolean isClosed() {
        return closed.get() || !opened.channel().isOpen();
    }

    @Override
    public String toString() {
        return type + "[" + opened.name() + ", mode " + opened.mode().text() + (isClosed() ? ", closed]" : "]");
    }
}
