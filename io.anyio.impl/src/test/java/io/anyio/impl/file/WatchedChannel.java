package io.anyio.impl.file;

import io.anyio.api.spi.TaskContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A channel that remembers who uses it, and whose reads and writes wait or fail if they are to. */
final class WatchedChannel extends FileChannel {
    private final FileChannel channel;

    /** Which methods were called, and which of them by a task. */
    final Set<String> called = ConcurrentHashMap.newKeySet();

    final Set<String> calledByTasks = ConcurrentHashMap.newKeySet();
    final CountDownLatch writing = new CountDownLatch(1);
    final AtomicBoolean interrupted = new AtomicBoolean();
    private volatile CountDownLatch go = new CountDownLatch(0);

    /** How many bytes can be written until the disk is full. */
    volatile int room = Integer.MAX_VALUE;

    /** How many bytes can be read until the disk has an error. */
    volatile int readable = Integer.MAX_VALUE;

    private volatile CountDownLatch goReading = new CountDownLatch(0);

    WatchedChannel(FileChannel channel) {
        this.channel = channel;
    }

    /** From now on writes wait for the latch. */
    CountDownLatch hold() {
        go = new CountDownLatch(1);
        return go;
    }

    /** From now on reads wait for the latch. */
    CountDownLatch holdReads() {
        goReading = new CountDownLatch(1);
        return goReading;
    }

    private void watch(String method) {
        called.add(method);
        if (TaskContext.currentOrNull() != null) {
            calledByTasks.add(method);
        }
    }

    private void awaitGo(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException _) {
            interrupted.set(true);
            close();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        watch("read");
        awaitGo(goReading);
        if (readable == 0) {
            throw new IOException("Input/output error");
        }
        int limit = target.limit();
        target.limit((int) Math.min(limit, (long) target.position() + readable));
        try {
            int read = channel.read(target);
            readable -= Math.max(0, read);
            return read;
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        watch("write");
        writing.countDown();
        awaitGo(go);
        if (room == 0) {
            throw new IOException("No space left on device");
        }
        int limit = source.limit();
        source.limit((int) Math.min(limit, (long) source.position() + room));
        try {
            int written = channel.write(source);
            room -= written;
            return written;
        } finally {
            source.limit(limit);
        }
    }

    @Override
    public long position() throws IOException {
        watch("position");
        return channel.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        watch("position(long)");
        channel.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        watch("size");
        return channel.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        watch("truncate");
        channel.truncate(size);
        return this;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        watch("write at");
        return channel.write(source, position);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        watch("close");
        channel.close();
    }

    // ---- what files do not use

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metaData) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer target, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
