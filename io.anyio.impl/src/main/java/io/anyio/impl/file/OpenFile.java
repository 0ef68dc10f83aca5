package io.anyio.impl.file;

import io.anyio.api.spi.Operation;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import io.anyio.api.task.ScopeOptions;
import io.anyio.impl.thread.Workers;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What files of bytes and of text have in common: who may use them and when, and how they are closed. */
abstract class OpenFile implements AutoCloseable {
    private static final Runnable NOTHING = () -> {};

    private final Opened opened;
    private final Owner owner;
    private final CapacityLimiter limiter;
    private final Operation using = Operation.using(this::checkOpen);
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenFile(Opened opened, Owner owner, CapacityLimiter limiter) {
        this.opened = opened;
        this.owner = owner;
        this.limiter = limiter;
    }

    /** What needs no blocking call, because the buffer has it. */
    @FunctionalInterface
    interface Quick<T> {
        @Nullable T get() throws IOException;
    }

    final <T> T read(String call, Quick<T> quick, Body<T, IOException> slow) throws IOException {
        if (!opened.mode().reads()) {
            throw unsupported(call, "reading");
        }
        return use(call, quick, slow);
    }

    final <T> T write(String call, Quick<T> quick, Body<T, IOException> slow) throws IOException {
        if (!opened.mode().writes()) {
            throw unsupported(call, "writing");
        }
        return use(call, quick, slow);
    }

    final <T> T use(String call, Quick<T> quick, Body<T, IOException> slow) throws IOException {
        using.begin(call);
        try {
            T known = quick.get();
            return known == null ? Workers.callUninterrupted(slow, limiter, NOTHING) : known;
        } catch (ClosedChannelException e) {
            ClosedResourceException error = closedError();
            error.initCause(e);
            throw error;
        } finally {
            using.end();
        }
    }

    static <T> @Nullable T never() {
        return null;
    }

    private UnsupportedOperationException unsupported(String call, String what) {
        return new UnsupportedOperationException(call + ": the mode '" + opened.mode().text() + "' of '" + opened.name()
                + "' does not allow " + what + ", open the file with +");
    }

    private void checkOpen() {
        if (closed.get()) {
            throw closedError();
        }
    }

    private ClosedResourceException closedError() {
        return new ClosedResourceException("The file '" + opened.name() + "'");
    }

    /** Writes what is in the buffer. */
    abstract void flushNow() throws IOException;

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        owner.unregister(this);
        TaskContext task = TaskContext.currentOrNull();
        if (task == null) {
            closeHere();
        } else {
            task.openCancelScope(ScopeOptions.DEFAULT.shield(true))
                    .run(() -> Workers.<@Nullable Void, IOException>callUninterrupted(this::closeInWorker, limiter, NOTHING));
        }
    }

    private @Nullable Void closeInWorker() throws IOException {
        // if another task uses it, its call must end, whatever is in the buffer
        try (Opened _ = opened) {
            if (using.tryBegin()) {
                flushNow();
            }
        }
        return null;
    }

    /** On an ordinary thread, which may be interrupted: that would close the channel before all is written. */
    private void closeHere() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            closeInWorker();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public final boolean isClosed() {
        return closed.get();
    }

    public final String mode() {
        return opened.mode().text();
    }

    public final FileChannel wrapped() {
        return opened.channel();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + opened.name() + ", mode " + mode()
                + (closed.get() ? ", closed]" : "]");
    }
}
