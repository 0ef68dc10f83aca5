package io.anyio.impl.file;

import io.anyio.api.file.SeekFrom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file with their buffer, which holds either what has been read ahead or what is not yet written. For one
 * thread at a time. The methods whose names begin with {@code buffered} never block.
 */
final class Bytes {
    private static final byte[] NONE = {};

    /** The JDK copies what it reads and writes through a buffer of this size at most. */
    private static final int SLICE = 1 << 20;

    private final FileChannel channel;
    private final @Nullable FileChannel appending;
    private final int size;
    private byte[] buffer = NONE;
    private int from;
    private int to;

    /** Whether the buffer holds what is not yet written. */
    private boolean dirty;

    Bytes(Opened opened, int size) {
        this.channel = opened.channel();
        this.appending = opened.appending();
        this.size = size;
    }

    // ---- the buffer

    /** The given number of bytes, or null if not all of them have been read ahead. */
    byte @Nullable [] buffered(int count) {
        return dirty || to - from < count ? null : take(count);
    }

    /** A line, or null if its end has not been read ahead. */
    byte @Nullable [] bufferedLine() {
        for (int at = from; at < to && !dirty; at++) {
            if (buffer[at] == '\n') {
                return take(at + 1 - from);
            }
        }
        return null;
    }

    /** Has bytes written later; false if they must be written now. */
    boolean bufferedWrite(ByteBuffer source) {
        int count = source.remaining();
        if (!dirty && from < to || count > size - (dirty ? to : 0)) {
            return false;
        }
        if (count > 0) {
            to = dirty ? to : 0;
            from = 0;
            dirty = true;
            allocate();
            source.get(buffer, to, count);
            to += count;
        }
        return true;
    }

    private void allocate() {
        if (buffer.length == 0) {
            buffer = new byte[size];
        }
    }

    private byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(buffer, from, from + count);
        from += count;
        return taken;
    }

    // ---- reading

    byte[] readAll() throws IOException {
        flush();
        ByteArrayOutputStream all = new ByteArrayOutputStream(Math.max(64, to - from));
        all.writeBytes(take(to - from));
        byte[] part = new byte[Math.clamp(left(), 8192, SLICE)];
        for (int n = channel.read(ByteBuffer.wrap(part)); n >= 0; n = channel.read(ByteBuffer.wrap(part))) {
            all.write(part, 0, n);
        }
        return all.toByteArray();
    }

    private long left() {
        try {
            return channel.size() - channel.position() + 1;
        } catch (IOException _) {
            return 0; // a FIFO has no position
        }
    }

    byte[] read(int count) throws IOException {
        byte[] known = buffered(count);
        if (known != null) {
            return known;
        }
        // nobody has to pay for a large number if the file is small
        if (count > SLICE && to - from + left() < count) {
            byte[] all = readAtMost(count);
            return all;
        }
        ByteBuffer target = ByteBuffer.allocate(count);
        readInto(target);
        return target.position() == count ? target.array() : Arrays.copyOf(target.array(), target.position());
    }

    private byte[] readAtMost(int count) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = read(SLICE);
        while (part.length > 0) {
            all.writeBytes(part);
            part = read(Math.min(SLICE, count - all.size()));
        }
        return all.toByteArray();
    }

    byte[] readOnce(int count) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(Math.min(count, Math.max(size, SLICE)));
        int n = readIntoOnce(target);
        return n == target.capacity() ? target.array() : Arrays.copyOf(target.array(), n);
    }

    int readInto(ByteBuffer target) throws IOException {
        int begin = target.position();
        while (target.hasRemaining() && readIntoOnce(target) > 0) {
            // more
        }
        return target.position() - begin;
    }

    int readIntoOnce(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        flush();
        if (from == to && target.remaining() >= size) {
            ByteBuffer slice = target.duplicate();
            slice.limit(Math.min(slice.limit(), slice.position() + SLICE));
            int n = Math.max(0, channel.read(slice));
            target.position(target.position() + n);
            return n;
        }
        if (from == to && !fill()) {
            return 0;
        }
        int n = Math.min(to - from, target.remaining());
        target.put(buffer, from, n);
        from += n;
        return n;
    }

    /** Reads ahead; false at the end of the file. */
    private boolean fill() throws IOException {
        allocate();
        from = 0;
        to = 0;
        to = Math.max(0, channel.read(ByteBuffer.wrap(buffer)));
        return to > 0;
    }

    byte[] readLine() throws IOException {
        flush();
        byte[] line = bufferedLine();
        if (line != null) {
            return line;
        }
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        while (line == null) {
            parts.writeBytes(take(to - from));
            if (size == 0) {
                byte[] one = readOnce(1);
                parts.writeBytes(one);
                if (one.length == 0 || one[0] == '\n') {
                    return parts.toByteArray();
                }
            } else if (!fill()) {
                return parts.toByteArray();
            } else {
                line = bufferedLine();
            }
        }
        parts.writeBytes(line);
        return parts.toByteArray();
    }

    // ---- writing

    void write(ByteBuffer source) throws IOException {
        if (bufferedWrite(source)) {
            return;
        }
        flush();
        dropReadAhead();
        if (!bufferedWrite(source)) {
            writeNow(source);
        }
    }

    /** Writes what is not yet written. */
    void flush() throws IOException {
        if (!dirty) {
            return;
        }
        ByteBuffer pending = ByteBuffer.wrap(buffer, from, to - from);
        try {
            writeNow(pending);
        } finally {
            from = pending.position();
            dirty = from < to;
        }
    }

    private void writeNow(ByteBuffer source) throws IOException {
        FileChannel target = appending == null ? channel : appending;
        int limit = source.limit();
        try {
            while (source.position() < limit) {
                source.limit(Math.min(limit, source.position() + SLICE));
                target.write(source);
            }
        } finally {
            source.limit(limit);
        }
        if (appending != null) {
            channel.position(channel.size());
        }
    }

    private void dropReadAhead() throws IOException {
        if (!dirty && from < to) {
            channel.position(channel.position() - (to - from));
        }
        from = 0;
        to = 0;
    }

    // ---- the position

    long tell() throws IOException {
        flush();
        return channel.position() - (to - from);
    }

    long seek(long offset, SeekFrom origin) throws IOException {
        flush();
        long base = switch (origin) {
            case START -> 0;
            case CURRENT -> channel.position() - (to - from);
            case END -> channel.size();
        };
        long position = base + offset;
        if (position < 0) {
            throw new IllegalArgumentException("The position " + position
                    + " is before the beginning of the file: " + offset + " from " + origin);
        }
        channel.position(position);
        from = 0;
        to = 0;
        return position;
    }

    long truncate(long newSize) throws IOException {
        flush();
        dropReadAhead();
        long position = channel.position();
        if (newSize > channel.size()) {
            channel.write(ByteBuffer.wrap(new byte[1]), newSize - 1);
        } else {
            channel.truncate(newSize);
        }
        channel.position(position);
        return newSize;
    }
}
