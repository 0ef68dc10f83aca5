package io.anyio.net.socket;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NetworkChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What channels of all kinds that stand for another one have in common, see {@link RawSocket}. Each kind forwards the
 * methods that its class of the JDK leaves abstract.
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

    /** The channel behind it may be closed later, by the loop. */
    static void checkOpen(NetworkChannel handedOut) throws ClosedChannelException {
        if (!handedOut.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** The channel does not block, and stays so. */
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
