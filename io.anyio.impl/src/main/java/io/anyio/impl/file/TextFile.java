package io.anyio.impl.file;

import io.anyio.api.file.AsyncTextFile;
import io.anyio.api.file.FileOptions;
import io.anyio.api.file.SeekFrom;
import io.anyio.api.spi.Owner;
import io.anyio.api.sync.CapacityLimiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** A text file. */
final class TextFile extends OpenFile implements AsyncTextFile {
    /** So many characters the loop encodes itself; a worker thread encodes a text that has more. */
    private static final int ENCODED_AT_ONCE = 1 << 14;

    private final Text text;

    private TextFile(Opened opened, Text text, Owner owner, CapacityLimiter limiter) {
        super("AsyncTextFile", opened, text, owner, limiter);
        this.text = text;
    }

    static TextFile of(Opened opened, Owner owner, CapacityLimiter limiter, FileOptions options) {
        return new TextFile(opened, new Text(new Bytes(opened, options.buffering()), opened, options), owner, limiter);
    }

    @Override
    public String read() throws IOException {
        return read("read", OpenFile::never, () -> text.read(Integer.MAX_VALUE));
    }

    @Override
    public String read(int maxCharacters) throws IOException {
        checkedCount("read", maxCharacters);
        return read("read", OpenFile::never, () -> text.read(maxCharacters));
    }

    @Override
    public String readLine() throws IOException {
        return read("readLine", text::bufferedLine, text::readLine);
    }

    @Override
    public List<String> readLines() throws IOException {
        return read("readLines", OpenFile::never, () -> {
            List<String> lines = new ArrayList<>();
            for (String line = text.readLine(); !line.isEmpty(); line = text.readLine()) {
                lines.add(line);
            }
            return lines;
        });
    }

    @Override
    public Iterator<String> iterator() {
        return new LineIterator<>(this::readLine, String::isEmpty);
    }

    @Override
    public void write(String written) throws IOException {
        write("write", List.of(Objects.requireNonNull(written, "AsyncTextFile.write: the text is null")));
    }

    @Override
    public void writeLines(Iterable<String> lines) throws IOException {
        List<String> all = new ArrayList<>();
        Objects.requireNonNull(lines, "AsyncTextFile.writeLines: the lines are null")
                .forEach(line -> all.add(Objects.requireNonNull(line, "AsyncTextFile.writeLines: a line is null")));
        write("writeLines", all);
    }

    private void write(String method, List<String> parts) throws IOException {
        boolean small = text.encodesAnywhere() && parts.stream().mapToLong(String::length).sum() <= ENCODED_AT_ONCE;
        ByteBuffer[] encoded = new ByteBuffer[1];
        write(method, () -> {
            if (!small) {
                return null;
            }
            encoded[0] = text.encode(String.join("", parts));
            return text.bufferedWrite(encoded[0]) ? true : null;
        }, () -> {
            if (small) {
                text.write(encoded[0]);
            } else {
                text.write(String.join("", parts));
            }
            return true;
        });
    }

    @Override
    public long seek(long offset, SeekFrom from) throws IOException {
        if (offset != 0 && from != SeekFrom.START) {
            throw new IllegalArgumentException("AsyncTextFile.seek: the offset is " + offset + " from " + from
                    + ", but characters have no fixed size: give 0, or a position of tell from START");
        }
        return super.seek(offset, from);
    }
}
