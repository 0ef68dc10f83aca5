package io.anyio.impl.file;

import io.anyio.api.file.SeekFrom;
import io.anyio.api.spi.Owner;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** The common part of files of bytes and of text: the mode and the position. */
abstract class OpenFile extends FileHandle {
    private final Content content;

    OpenFile(String type, Opened opened, Content content, Owner owner, CapacityLimiter limiter) {
        super(type, opened, owner, limiter);
        this.content = content;
    }

    /** The content of the file, with its buffer. For one thread at a time. */
    interface Content {
        long tell() throws IOException;

        long seek(long offset, SeekFrom from) throws IOException;

        long truncate(long size) throws IOException;

        /** Writes what is in the buffer. */
        void flush() throws IOException;
    }

    @Override
    final void writeBuffered() throws IOException {
        content.flush();
    }

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

    public final String mode() {
        return opened.mode().text();
    }

    public final FileChannel wrapped() {
        return opened.channel();
    }
}
