package io.anyio.impl.file;

import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.SeekFrom;
import io.anyio.api.spi.Owner;
import io.anyio.api.sync.CapacityLimiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** A file of bytes. */
final class ByteFile extends OpenFile implements AsyncFile {
    private final Bytes bytes;

    ByteFile(Opened opened, Owner owner, CapacityLimiter limiter, int buffering) {
        super(opened, owner, limiter);
        this.bytes = new Bytes(opened, buffering);
    }

    private static int checked(String call, int count) {
        if (count < 0) {
            throw new IllegalArgumentException(call + ": the number of bytes is negative: " + count);
        }
        return count;
    }

    private static ByteBuffer checked(String call, ByteBuffer target) {
        Objects.requireNonNull(target, call);
        if (target.isReadOnly()) {
            throw new IllegalArgumentException(call + ": the buffer is read-only: " + target);
        }
        return target;
    }

    @Override
    public byte[] read() throws IOException {
        return read("AsyncFile.read", OpenFile::never, bytes::readAll);
    }

    @Override
    public byte[] read(int maxBytes) throws IOException {
        checked("AsyncFile.read", maxBytes);
        return read("AsyncFile.read", () -> bytes.buffered(maxBytes), () -> bytes.read(maxBytes));
    }

    @Override
    public byte[] read1(int maxBytes) throws IOException {
        checked("AsyncFile.read1", maxBytes);
        return read("AsyncFile.read1", () -> bytes.buffered(maxBytes), () -> bytes.readOnce(maxBytes));
    }

    @Override
    public int readInto(ByteBuffer target) throws IOException {
        checked("AsyncFile.readInto: the buffer is null", target);
        return read("AsyncFile.readInto", OpenFile::never, () -> bytes.readInto(target));
    }

    @Override
    public int readInto1(ByteBuffer target) throws IOException {
        checked("AsyncFile.readInto1: the buffer is null", target);
        return read("AsyncFile.readInto1", OpenFile::never, () -> bytes.readIntoOnce(target));
    }

    @Override
    public byte[] readLine() throws IOException {
        return read("AsyncFile.readLine", bytes::bufferedLine, bytes::readLine);
    }

    @Override
    public List<byte[]> readLines() throws IOException {
        return read("AsyncFile.readLines", OpenFile::never, () -> {
            List<byte[]> lines = new ArrayList<>();
            for (byte[] line = bytes.readLine(); line.length > 0; line = bytes.readLine()) {
                lines.add(line);
            }
            return lines;
        });
    }

    @Override
    public Iterator<byte[]> iterator() {
        return new LineIterator<>(this::readLine, line -> line.length == 0);
    }

    @Override
    public void write(byte[] source) throws IOException {
        write(ByteBuffer.wrap(Objects.requireNonNull(source, "AsyncFile.write: the array is null")));
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source, "AsyncFile.write: the buffer is null");
        write("AsyncFile.write", () -> bytes.bufferedWrite(source) ? true : null, () -> {
            bytes.write(source);
            return true;
        });
    }

    @Override
    public void writeLines(Iterable<byte[]> lines) throws IOException {
        List<byte[]> all = new ArrayList<>();
        Objects.requireNonNull(lines, "AsyncFile.writeLines: the lines are null").forEach(
                line -> all.add(Objects.requireNonNull(line, "AsyncFile.writeLines: a line is null")));
        write("AsyncFile.writeLines", OpenFile::never, () -> {
            for (byte[] line : all) {
                bytes.write(ByteBuffer.wrap(line));
            }
            return true;
        });
    }

    @Override
    public long truncate() throws IOException {
        return write("AsyncFile.truncate", OpenFile::never, () -> bytes.truncate(bytes.tell()));
    }

    @Override
    public long truncate(long size) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("AsyncFile.truncate: the size is negative: " + size);
        }
        return write("AsyncFile.truncate", OpenFile::never, () -> bytes.truncate(size));
    }

    @Override
    public long seek(long offset, SeekFrom from) throws IOException {
        Objects.requireNonNull(from, "AsyncFile.seek: what the offset is counted from is null");
        return use("AsyncFile.seek", OpenFile::never, () -> bytes.seek(offset, from));
    }

    @Override
    public long tell() throws IOException {
        return use("AsyncFile.tell", OpenFile::never, bytes::tell);
    }

    @Override
    public void flush() throws IOException {
        use("AsyncFile.flush", OpenFile::never, () -> {
            bytes.flush();
            return true;
        });
    }

    @Override
    void flushNow() throws IOException {
        bytes.flush();
    }
}
