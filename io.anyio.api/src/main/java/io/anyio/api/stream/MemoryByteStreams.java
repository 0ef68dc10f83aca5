package io.anyio.api.stream;

import java.io.IOException;
import java.util.Objects;

/**
 * Both sides of a connection in memory: each side receives what the other one sends.
 *
 * {@snippet :
 * try (MemoryByteStreams connection = AnyIO.createMemoryByteStreams(65536)) {
 *     connection.first().send("ping".getBytes(UTF_8));
 *     connection.first().sendEof();
 *     assertEquals("ping", new String(connection.second().receive(), UTF_8));
 *     assertThrows(EndOfStreamException.class, () -> connection.second().receive());
 * }
 * }
 *
 * <p>It behaves like a connection over a socket. It carries bytes, without message boundaries. A send waits while the
 * buffer of its direction is full. If one side closes, the other one receives the end of the stream, and can no longer
 * send. It serves for connections inside a process, and for tests of code that works on byte streams. The sides may be
 * used on different loops.
 *
 * <p>Guide: {@code docs/memory-streams.md}. AnyIO has no counterpart; Trio calls it {@code memory_stream_pair}.
 *
 * @param first one side
 * @param second the other side
 */
public record MemoryByteStreams(ByteStream first, ByteStream second) implements AsyncResource {
    /** Refuses null. */
    public MemoryByteStreams {
        Objects.requireNonNull(first, "MemoryByteStreams.first is null");
        Objects.requireNonNull(second, "MemoryByteStreams.second is null");
    }

    /** Closes both sides. Not a checkpoint; from any thread. */
    @Override
    public void close() throws IOException {
        try (second) {
            first.close();
        }
    }
}
