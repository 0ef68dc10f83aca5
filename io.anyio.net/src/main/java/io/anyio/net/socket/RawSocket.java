package io.anyio.net.socket;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Makes the channel that is handed out to users, in place of the channel that the loop uses by its descriptor. It is of
 * the same kind and forwards every call except {@code close}.
 *
 * <p>If a channel were closed while the loop reads and writes it, the operating system could give its descriptor to
 * another connection, which would then get the bytes of this one. So a close is forwarded to the socket, which lets the
 * loop close the channel. It must not wait for the loop, because the JDK holds a monitor during the close.
 */
public final class RawSocket {
    private RawSocket() {}

    /**
     * Makes a channel for users.
     *
     * @param channel the channel behind it
     * @param close closes that channel without waiting; may be called more than once
     * @return an open channel
     */
    public static NetworkChannel of(NetworkChannel channel, Closeable close) {
        SelectableChannel raw = switch (channel) {
            case SocketChannel stream -> new RawStream(stream, close);
            case ServerSocketChannel listener -> new RawListener(listener, close);
            case DatagramChannel datagrams -> new RawDatagrams(datagrams, close);
            default -> throw new IllegalArgumentException("No such channel: " + channel.getClass());
        };
        try {
            raw.configureBlocking(false);
        } catch (IOException e) {
            throw new AssertionError("it only remembers that", e);
        }
        return (NetworkChannel) raw;
    }

    /**
     * Closes the channel that was handed out. The socket calls this after it has marked itself as closed, so that the
     * close that comes back to it has no effect.
     *
     * @param handedOut the channel that was handed out, or null
     */
    public static void close(@Nullable NetworkChannel handedOut) {
        try {
            if (handedOut != null) {
                handedOut.close();
            }
        } catch (IOException e) {
            throw new AssertionError("its owner is closed already", e);
        }
    }
}
