package io.anyio.impl.file;

import io.anyio.api.file.SeekFrom;
import io.anyio.api.spi.Lasting;
import io.anyio.api.spi.Operation;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What files of bytes and of text have in common: who may use them and when, the position, and the close. */
abstract class OpenFile implements AutoCloseable {
    private static final Report LOG = new Report("io.anyio");

    private final String type;
    private final Opened opened;
    private final Content content;
    private final Owner owner;
    private final CapacityLimiter limiter;
    private final Operation using = Operation.using(this::checkOpen);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Lasting end = new End();

    /**
     * Makes the file.
     *
     * @param type what it is, for messages
     */
    OpenFile(String type, Opened opened, Content content, Owner owner, CapacityLimiter limiter) {
        this.type = type;
        this.opened = opened;
        this.content = content;
        this.owner = owner;
        this.limiter = limiter;
    }

    /** What is in the file, with its buffer. For one thread at a time. */
    interface Content {
        long tell() throws IOException;

        long seek(long offset, SeekFrom from) throws IOException;

        long truncate(long size) throws IOException;

        /** Writes what is in the buffer. */
        void flush() throws IOException;
    }

    /** What needs no blocking call, because the buffer has it; null if it has not. */
    @FunctionalInterface
    interface Quick<T> {
        @Nullable
        T get() throws IOException;
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
    static <T> @Nullable T never() {
        return null;
    }

    /** Once it is made; it is closed if the owner refuses it. */
    final void belongToOwner() {
        owner.register(end);
    }

    // ---- for the subclasses

    final <T> T read(String method, Quick<T> quick, Body<T, IOException> slow) throws IOException {
        if (!opened.mode().reads()) {
            throw unsupported(method, "reading");
        }
        return use(method, quick, slow);
    }

    final <T> T write(String method, Quick<T> quick, Body<T, IOException> slow) throws IOException {
        if (!opened.mode().writes()) {
            throw unsupported(method, "writing");
        }
        return use(method, quick, slow);
    }

    private <T> T use(String method, Quick<T> quick, Body<T, IOException> slow) throws IOException {
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

    final int checkedCount(String method, int count) {
        if (count < 0) {
            throw new IllegalArgumentException(call(method) + ": the number is negative: " + count);
        }
        return count;
    }

    private UnsupportedOperationException unsupported(String method, String what) {
        return new UnsupportedOperationException(call(method) + ": the mode '" + mode() + "' of '" + opened.name()
                + "' does not allow " + what + ", open the file with +");
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

    // ---- the position

    public final long truncate() throws IOException {
        return write("truncate", OpenFile::never, () -> content.truncate(content.tell()));
    }

    public final long truncate(long size) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException(call("truncate") + ": the size is negative: " + size);
        }
        return write("truncate", OpenFile::never, () -> content.truncate(size));
    }

    public long seek(long offset, SeekFrom from) throws IOException {
        Objects.requireNonNull(from, () -> call("seek") + ": what the offset is counted from is null");
        return use("seek", OpenFile::never, () -> content.seek(offset, from));
    }

    public final long tell() throws IOException {
        return use("tell", OpenFile::never, content::tell);
    }

    public final void flush() throws IOException {
        use("flush", OpenFile::never, () -> {
            content.flush();
            return true;
        });
    }

    // ---- the close

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // the channel is closed in the loop only if nothing else is possible
        try (Opened _ = opened) {
            if (using.tryBegin()) {
                FileWork.surely(limiter, this::flushAndClose);
            } else {
                // the call of the other task must end, even if it or others like it have all tokens
                FileWork.surely(null, opened::close);
            }
        } catch (IOException e) {
            throw told(e);
        } finally {
            // not before: the owner may have to end what blocks here
            owner.unregister(end);
        }
    }

    private void flushAndClose() throws IOException {
        try (Opened _ = opened) {
            content.flush();
        }
    }

    /**
     * How it ends with its owner: a call or a close that is under way is ended, and what is buffered is written only if
     * that takes no longer than the grace has left.
     */
    private final class End implements Lasting {
        @Override
        public void close() throws IOException {
            try (Opened _ = opened) {
                if (closed.compareAndSet(false, true) && using.tryBegin()
                        && !FileWork.within(owner, OpenFile.this::flushAndClose)) {
                    LOG.log(System.Logger.Level.WARNING, null, "What was buffered for the file '", opened.name(),
                            "' of ", owner.holder().name(), " is lost: it could not be written within the grace");
                }
            } finally {
                owner.unregister(this);
            }
        }
    }

    // ---- from any thread

    public final boolean isClosed() {
        return closed.get() || !opened.channel().isOpen();
    }

    public final String mode() {
        return opened.mode().text();
    }

    public final FileChannel wrapped() {
        return opened.channel();
    }

    @Override
    public String toString() {
        return type + "[" + opened.name() + ", mode " + mode() + (isClosed() ? ", closed]" : "]");
    }
}
