package io.anyio.impl.process;

import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Our end of a pipe; a thread copies between its other end and the JDK's stream of a process. The thread begins with
 * the first use, so an unused stream has none.
 *
 * <p>The thread blocks as the JDK's streams do, while our end can be waited for, cancelled and closed at any time. Once
 * our end is closed, the thread ends with its next write, or at the end of its input.
 */
final class PumpedChannel implements RegisteredChannel {
    private static final long STACK = 64 << 10;
    private static final int CHUNK = 64 << 10;

    private final RegisteredChannel ours;
    private final SelectableChannel theirs;
    private final Closeable stream;
    private final String name;

    /** Whether the thread has begun, or never will. */
    private final AtomicBoolean begun = new AtomicBoolean();

    PumpedChannel(RegisteredChannel ours, SelectableChannel theirs, Closeable stream, String name) {
        this.ours = ours;
        this.theirs = theirs;
        this.stream = stream;
        this.name = name;
    }

    private void begin() {
        if (begun.get() || !begun.compareAndSet(false, true)) {
            return;
        }
        boolean started = false;
        try {
            Thread.ofPlatform().daemon().name("anyio-pump " + name).stackSize(STACK)
                    .inheritInheritableThreadLocals(false).start(this::copy);
            started = true;
        } finally {
            if (!started) {
                begun.set(false);
            }
        }
    }

    private void copy() {
        byte[] chunk = new byte[CHUNK];
        try (InputStream from = stream instanceof InputStream output
                ? output
                : Channels.newInputStream((ReadableByteChannel) theirs);
                OutputStream to = stream instanceof OutputStream input
                        ? input
                        : Channels.newOutputStream((WritableByteChannel) theirs)) {
            for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
                to.write(chunk, 0, count);
                to.flush();
            }
        } catch (IOException _) {
            // the reader has closed its end: closing the other end tells the writer
        }
    }

    @Override
    public TaskContext currentTask(String what) {
        return ours.currentTask(what);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        begin();
        return ours.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        begin();
        return ours.write(source);
    }

    @Override
    public boolean awaitReadable() {
        return ours.awaitReadable();
    }

    @Override
    public boolean awaitWritable() {
        return ours.awaitWritable();
    }

    @Override
    public void close() throws IOException {
        try {
            ours.close();
        } finally {
            closeUnused();
        }
    }

    @Override
    public void closeWithoutWaiting() throws IOException {
        try {
            ours.closeWithoutWaiting();
        } finally {
            closeUnused();
        }
    }

    /** Closes what the thread would close, if it has not begun. */
    private void closeUnused() throws IOException {
        if (begun.compareAndSet(false, true)) {
            try (stream) {
                theirs.close();
            }
        }
    }
}
