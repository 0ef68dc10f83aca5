package io.anyio.bench.file;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A way in which a task copies a file. */
enum Copier {
    /** The peer: the whole copy is one call in a worker thread. */
    CHANNEL {
        @Override
        void copy(Path from, Path to) throws IOException {
            AnyIO.runInWorkerThread(() -> {
                try (FileChannel source = FileChannel.open(from);
                        FileChannel target = FileChannel.open(to, StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE)) {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
                    while (source.read(buffer) >= 0) {
                        buffer.flip();
                        while (buffer.hasRemaining()) {
                            target.write(buffer);
                        }
                        buffer.clear();
                    }
                }
            });
        }
    },

    /** With the same buffer; each read and write is a call in a worker thread. */
    ASYNC_FILE {
        @Override
        void copy(Path from, Path to) throws IOException {
            AsyncFiles files = AnyIO.service(AsyncFiles.class);
            try (AsyncFile source = files.openFile(from, "r"); AsyncFile target = files.openFile(to, "x")) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
                while (source.readInto(buffer) > 0) {
                    target.write(buffer.flip());
                    buffer.clear();
                }
            }
        }
    },

    /** With the same buffer. */
    STREAMS {
        @Override
        void copy(Path from, Path to) throws IOException {
            AsyncFiles files = AnyIO.service(AsyncFiles.class);
            try (ByteReceiveStream source = files.openReadStream(from);
                    ByteSendStream target = files.openWriteStream(to, false)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
                while (source.receive(buffer) >= 0) {
                    target.send(buffer.flip());
                    buffer.clear();
                }
            }
        }
    },

    /** As the guide shows it: in arrays of 64 KiB, each of which is copied into a buffer and out of one. */
    STREAMS_BY_ITERATION {
        @Override
        void copy(Path from, Path to) throws IOException {
            AsyncFiles files = AnyIO.service(AsyncFiles.class);
            try (ByteReceiveStream source = files.openReadStream(from);
                    ByteSendStream target = files.openWriteStream(to, false)) {
                for (byte[] chunk : source) {
                    target.send(chunk);
                }
            }
        }
    };

    private static final int BUFFER = 1 << 20;

    abstract void copy(Path from, Path to) throws IOException;
}
