package io.anyio.net.socket;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NetworkChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The common part of channels that forward to another one, see {@link RawSocket}. Each kind forwards the methods that
 * its class of the JDK leaves abstract.
 */
interface RawChannel extends NetworkChannel {

    /** The channel behind this one. */
    NetworkChannel channel();

    @Override
    default <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
        checkOpen(this);
        return channel().getOption(name);
    }

    @Override
    default Set<SocketOption<?>> supportedOptions() {
        return channel().supportedOptions();
    }

    /** Throws if the channel was closed; the channel behind it may be closed later, by the loop. */
    static void checkOpen(NetworkChannel handedOut) throws ClosedChannelException {
        if (!handedOut.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** Refuses blocking mode: the channel stays non-blocking. */
    static void configureBlocking(boolean block) {
        if (block) {
            throw new IllegalBlockingModeException();
        }
    }

    static UnsupportedOperationException noAdaptor() {
        return new UnsupportedOperationException(
                "The socket of this channel is not handed out, as it could be closed under the loop that uses "
                        + "it: the channel has its options");
    }
}
