package io.anyio.impl.file;

import io.anyio.api.file.SeekFrom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file and their buffer, which holds either bytes that were read ahead or bytes that are not yet
 * written. For one thread at a time. The methods whose names begin with {@code buffered} never block.
 */
final class Bytes implements OpenFile.Content {
    private static final byte[] NONE = {};

    /** The JDK copies what it reads and writes through a buffer of this size at most. */
    private static final int SLICE = 1 << 20;

    /** Some JVMs have no longer arrays. */
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private final String name;
    private final FileChannel channel;
    private final @Nullable FileChannel appending;
    private final int size;
    private byte[] buffer = NONE;
    private int from;
    private int to;

    /** Whether the buffer holds bytes that are not yet written. */
    private boolean dirty;

    Bytes(Opened opened, int size) {
        this.name = opened.name();
        this.channel = opened.channel();
        this.appending = opened.appending();
        this.size = size;
    }

    // ---- the buffer

    /** How many bytes have been read ahead. */
    private int ahead() {
        return dirty ? 0 : to - from;
    }

    /** The given number of bytes, or null if not all of them have been read ahead. */
    byte @Nullable [] buffered(int count) {
        return ahead() < count ? null : take(count);
    }

    /** At most the given number of bytes, or null if none have been read ahead. */
    byte @Nullable [] bufferedAtMost(int count) {
        return ahead() == 0 ? null : take(Math.min(ahead(), count));
    }

    /** Copies bytes into the target and returns how many, or null if too few have been read ahead. */
    @Nullable
    Integer bufferedInto(ByteBuffer target, int least) {
        return ahead() < least ? null : takeInto(target);
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

    /** Adds bytes to the buffer, to be written later; false if they must be written now. */
    boolean bufferedWrite(ByteBuffer source) {
        int count = source.remaining();
        if (!dirty && from < to || count > size - (dirty ? to : 0)) {
            return false;
        }
        if (count > 0) {
            if (!dirty) {
                from = 0;
                to = 0;
            }
            // otherwise a flush that failed may have written the bytes before from
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

    private int takeInto(ByteBuffer target) {
        int count = Math.min(ahead(), target.remaining());
        target.put(buffer, from, count);
        from += count;
        return count;
    }

    // ---- reading

    byte[] readAll() throws IOException {
        flush();
        long size = ahead() + left();
        if (size > LARGEST) {
            throw new OutOfMemoryError("The rest of '" + name + "' has " + size + " bytes, read it in parts");
        }
        return read(LARGEST);
    }

    /** How many bytes of the file have not been read; 0 if that is unknown, as for a FIFO or a file of /proc. */
    long left() {
        try {
            return Math.max(0, channel.size() - channel.position());
        } catch (IOException _) {
            return 0;
        }
    }

    byte[] read(int count) throws IOException {
        byte[] known = buffered(count);
        if (known != null) {
            return known;
        }
        flush();
        // nobody has to pay for a large number if the file is small; one more than there is, to see the end
        long likely = count <= SLICE ? count : Math.max(SLICE, ahead() + left() + 1);
        byte[] all = new byte[(int) Math.min(count, likely)];
        int read = readInto(ByteBuffer.wrap(all));
        while (read == all.length && read < count) {
            all = Arrays.copyOf(all, (int) Math.min(count, 2L * read));
            read += readInto(ByteBuffer.wrap(all, read, all.length - read));
        }
        return read == all.length ? all : Arrays.copyOf(all, read);
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
        return from == to && !fill() ? 0 : takeInto(target);
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

    @Override
    public void flush() throws IOException {
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

    @Override
    public long tell() throws IOException {
        flush();
        return channel.position() - (to - from);
    }

    @Override
    public long seek(long offset, SeekFrom origin) throws IOException {
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

    @Override
    public long truncate(long newSize) throws IOException {
        flush();
        dropReadAhead();
        long position = channel.position();
        if (newSize > channel.size()) {
            channel.write(ByteBuffer.wrap(new byte[1]), newSize - 1);
            // a wrapped channel that appends has written that behind its end
            for (long left = newSize - channel.size(); left > 0; left = newSize - channel.size()) {
                channel.write(ByteBuffer.wrap(new byte[(int) Math.min(left, SLICE)]), newSize - left);
            }
        } else {
            channel.truncate(newSize);
        }
        channel.position(position);
        return newSize;
    }
}
