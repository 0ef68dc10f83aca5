package io.anyio.api.stream;

import java.io.IOException;
import java.util.Objects;

/**
 * Both sides of a connection in memory: what one side sends the other one receives.
 *
 * <p>It behaves like a connection over a socket: bytes, no messages; a send waits while the buffer of its direction is
 * full; a closed side is the end of the stream for the receiver and a broken one for the sender of the other side. For
 * connections inside a process, and for tests of whatever works on byte streams. Both sides may be used on any loops.
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
