package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What is left of an encrypted stream when TLS has ended.
 *
 * @param transport what carried the records, still open, for plain bytes
 * @param unread what the other side has sent within TLS, and nobody has received: it was encrypted, unlike the rest
 * @param rest what was received beyond the end of TLS; it comes before what the transport receives next
 */
public record Unwrapped(ByteStream transport, ByteBuffer unread, ByteBuffer rest) {
    /** Refuses null. */
    public Unwrapped {
        Objects.requireNonNull(transport, "Unwrapped: the transport is null");
        Objects.requireNonNull(unread, "Unwrapped: what is unread is null, give an empty buffer for nothing");
        Objects.requireNonNull(rest, "Unwrapped: the rest is null, give an empty buffer for nothing");
    }
}
