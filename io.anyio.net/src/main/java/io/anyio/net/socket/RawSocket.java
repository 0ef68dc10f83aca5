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
 * Makes the channel that is handed out to users, for their options and calls, instead of the one that the loop uses by
 * its descriptor. It is of the same kind and passes every call on, except {@code close}.
 *
 * <p>If a channel were closed while the loop reads and writes it, the operating system could give its descriptor to
 * another connection, which would then get the bytes of this one. So a close goes to the owner of the channel, and that
 * has the loop close it. It must not wait for the loop, because the JDK holds a monitor during the close.
 */
public final class RawSocket {
    private RawSocket() {}

    /**
     * Makes one.
     *
     * @param channel the channel behind it
     * @param close closes that without waiting, once or more often
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
     * Closes what was handed out. To be called by the owner of the channel, after it has marked itself as closed: the
     * close that comes back to it then does nothing.
     *
     * @param handedOut what was handed out, if anything was
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
