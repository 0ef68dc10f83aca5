package io.anyio.impl.file;

import io.anyio.api.file.AsyncFile;
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

    private ByteFile(Opened opened, Bytes bytes, Owner owner, CapacityLimiter limiter) {
        super("AsyncFile", opened, bytes, owner, limiter);
        this.bytes = bytes;
    }

    static ByteFile of(Opened opened, Owner owner, CapacityLimiter limiter, int buffering) {
        return new ByteFile(opened, new Bytes(opened, buffering), owner, limiter);
    }

    private ByteBuffer checkedTarget(String method, ByteBuffer target) {
        Objects.requireNonNull(target, () -> call(method) + ": the buffer is null");
        if (target.isReadOnly()) {
            throw new IllegalArgumentException(call(method) + ": the buffer is read-only: " + target);
        }
        return target;
    }

    @Override
    public byte[] read() throws IOException {
        return read("read", OpenFile::never, bytes::readAll);
    }

    @Override
    public byte[] read(int maxBytes) throws IOException {
        checkedCount("read", maxBytes);
        return read("read", () -> bytes.buffered(maxBytes), () -> bytes.read(maxBytes));
    }

    @Override
    public byte[] read1(int maxBytes) throws IOException {
        checkedCount("read1", maxBytes);
        return read("read1", () -> bytes.bufferedAtMost(maxBytes), () -> bytes.readOnce(maxBytes));
    }

    @Override
    public int readInto(ByteBuffer target) throws IOException {
        checkedTarget("readInto", target);
        return read("readInto", () -> bytes.bufferedInto(target, target.remaining()), () -> bytes.readInto(target));
    }

    @Override
    public int readInto1(ByteBuffer target) throws IOException {
        checkedTarget("readInto1", target);
        return read("readInto1", () -> bytes.bufferedInto(target, 1), () -> bytes.readIntoOnce(target));
    }

    @Override
    public byte[] readLine() throws IOException {
        return read("readLine", bytes::bufferedLine, bytes::readLine);
    }

    @Override
    public List<byte[]> readLines() throws IOException {
        return read("readLines", OpenFile::never, () -> {
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
        write("write", () -> bytes.bufferedWrite(source) ? true : null, () -> {
            bytes.write(source);
            return true;
        });
    }

    @Override
    public void writeLines(Iterable<byte[]> lines) throws IOException {
        List<byte[]> all = new ArrayList<>();
        Objects.requireNonNull(lines, "AsyncFile.writeLines: the lines are null")
                .forEach(line -> all.add(Objects.requireNonNull(line, "AsyncFile.writeLines: a line is null")));
        write("writeLines", OpenFile::never, () -> {
            for (byte[] line : all) {
                bytes.write(ByteBuffer.wrap(line));
            }
            return true;
        });
    }
}
