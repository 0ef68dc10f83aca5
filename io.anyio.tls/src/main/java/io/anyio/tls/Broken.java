package io.anyio.tls;

import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TimedOutException;
import java.io.IOException;
import javax.net.ssl.SSLException;

/** Makes the exceptions of a stream that cannot be used any more, one text for each reason. */
final class Broken {
    private Broken() {}

    /** The engine or the other side has violated the protocol. */
    static BrokenResourceException bySession(SSLException reason) {
        return new BrokenResourceException("The TLS session has failed: " + reason.getMessage(), reason);
    }

    /** The handshake has taken too long. */
    static BrokenResourceException byTime(ByteStream transport, TimedOutException late) {
        return new BrokenResourceException("The other side of " + transport
                + " did not take part in the TLS handshake in time: " + late.getMessage(), late);
    }

    /** The transport has failed. */
    static BrokenResourceException byTransport(IOException e) {
        return e instanceof BrokenResourceException already
                ? already
                : new BrokenResourceException("The transport of the TLS stream failed: " + e.getMessage(), e);
    }

    /** The transport was cut, perhaps by an attacker: without {@code close_notify}, what was sent may be incomplete. */
    static BrokenResourceException byTruncation(ByteStream transport) {
        return new BrokenResourceException(
                "The other side of tls:" + transport + " has ended the transport without ending TLS", null);
    }

    /** An earlier send has sent only a part of a record. */
    static BrokenResourceException before(Throwable first) {
        if (first instanceof CancelledError) {
            return new BrokenResourceException(
                    "The TLS stream has broken before: a send was cancelled, and its transport does not tell "
                            + "how much of it was sent",
                    null);
        }
        Throwable reason = first.getCause();
        return new BrokenResourceException("The TLS stream has broken before: " + first.getMessage(),
                reason == null ? first : reason);
    }
}
