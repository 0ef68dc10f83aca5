package io.anyio.api.tls;

import io.anyio.api.stream.ByteStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What {@link TlsStream#unwrap} returns when TLS has ended.
 *
 * @param transport the stream that carried the records, still open
 * @param unread the bytes that the other side sent within TLS and that have not been received; unlike {@code rest} they
 * were encrypted
 * @param rest the bytes behind the end of TLS that have already been received; they precede those that the transport
 * receives next
 */
public record Unwrapped(ByteStream transport, ByteBuffer unread, ByteBuffer rest) {
    /** Refuses null. */
    public Unwrapped {
        Objects.requireNonNull(transport, "Unwrapped: the transport is null");
        Objects.requireNonNull(unread, "Unwrapped: what is unread is null, give an empty buffer for nothing");
        Objects.requireNonNull(rest, "Unwrapped: the rest is null, give an empty buffer for nothing");
    }
}
