package io.anyio.net.unix;

import io.anyio.api.net.ConnectionFailedException;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.net.socket.Opening;
import io.anyio.net.stream.ChannelStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Connects to paths.
 *
 * @param owner the owner of the connections
 */
public record UnixConnector(Owner owner) {
    /**
     * How long to wait before the next attempt if the backlog of the listener is full. Linux then refuses, and does not
     * report when there is space again.
     */
    private static final Duration PAUSE = Duration.ofMillis(10);

    /**
     * Connects. A checkpoint; leaves nothing open if it fails or is cancelled.
     *
     * @param task the current task
     * @param path the file of a socket
     * @return the connection
     * @throws IOException if there is no such file, or nothing listens there
     */
    public SocketStream connect(TaskContext task, Path path) throws IOException {
        UnixDomainSocketAddress address = UnixPaths.address(path);
        while (true) {
            SocketStream stream = attempt(address);
            if (stream != null) {
                return stream;
            }
            task.sleep(PAUSE);
        }
    }

    /** The connection, or null if the backlog is full. */
    private @Nullable SocketStream attempt(UnixDomainSocketAddress address) throws IOException {
        try (Opening<SocketChannel> opening = new Opening<>(open())) {
            return ChannelStream.connect(opening, address, owner, "unix");
        } catch (SocketException e) {
            if (!Files.exists(address.getPath(), LinkOption.NOFOLLOW_LINKS)) {
                NoSuchFileException missing = new NoSuchFileException(address.getPath().toString(), null,
                        "no socket is there");
                missing.initCause(e);
                throw missing;
            }
            if (!(e instanceof ConnectException)
                    && String.valueOf(e.getMessage()).contains("temporarily unavailable")) {
                return null;
            }
            throw new ConnectionFailedException("Connecting to unix:" + address + " failed: " + e.getMessage(), e);
        }
    }

    private static SocketChannel open() throws IOException {
        try {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (UnsupportedOperationException e) {
            throw new SocketException("There are no sockets of the family UNIX here", e);
        }
    }
}
