package io.anyio.tls;

import io.anyio.api.net.SocketAttribute;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.ScopeOptions;
import java.io.IOException;
import java.time.Duration;

/**
 * The end of a socket without {@code close_notify}.
 *
 * <p>If a socket is closed while it holds unread bytes, such as session tickets (RFC 8446, section 4.6.1), or while
 * more of them arrive, the connection is reset, and the end of what was sent is lost. So the sending direction is ended
 * first, and what arrives is dropped until the other side has ended, too, within bounds. TlsLingerTest proves it.
 */
final class Linger {
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static final int MOST_DROPPED = 1 << 18;

    private Linger() {}

    /** Whether a transport may need it: only sockets are reset. */
    static boolean helps(ByteStream transport) {
        return transport.attributes().containsKey(SocketAttribute.REMOTE_ADDRESS);
    }

    /** Waits until the other side has received everything, so that the transport can be closed. A checkpoint. */
    static void over(TaskContext task, ByteStream transport) {
        int[] dropped = new int[1];
        CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.timeout(LONGEST).name("TLS close"));
        try {
            scope.run(() -> {
                transport.sendEof();
                while (dropped[0] < MOST_DROPPED && transport.<IOException>receive(bytes -> {
                    dropped[0] += bytes.remaining();
                })) {
                }
            });
        } catch (IOException | RuntimeException _) {
            // the transport is closed next in any case
        }
    }
}
