package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Polls with the JDK's selector. */
public final class SelectorPoller extends Poller {
    private static final Report LOG = new Report(SelectorPoller.class.getName());
    private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int WRITE_OPS = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private final Selector selector;
    private final Consumer<SelectionKey> collect = this::collect;
    private volatile boolean closed;

    /** Opens a selector. */
    public SelectorPoller() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("No selector can be opened for an event loop", e);
        }
    }

    private void collect(SelectionKey key) {
        try {
            int ops = key.readyOps();
            found((Selectable) key.attachment(),
                    ((ops & READ_OPS) == 0 ? 0 : Selectable.READ) | ((ops & WRITE_OPS) == 0 ? 0 : Selectable.WRITE));
        } catch (CancelledKeyException _) {
            // closed by another thread while it was selected: its close wakes the waiters
        }
    }

    @Override
    public Registration prepare(SelectableChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new Keyed(channel.register(selector, 0), channel);
    }

    @Override
    public boolean hasChannels() {
        return !selector.keys().isEmpty();
    }

    @Override
    public int selectNow() {
        try {
            return selector.selectNow(collect);
        } catch (ClosedSelectorException _) {
            // a close on another thread came after the loop's end, which has freed every descriptor
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An interrupt of the loop's thread means nothing to the loop; one that is not taken would end every select at
     * once, for ever.
     */
    @Override
    public int select(long nanos) {
        Thread.interrupted();
        try {
            if (nanos == Long.MAX_VALUE) {
                return selector.select(collect);
            }
            return selector.select(collect, millis(nanos));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The descriptor of a registered channel is freed by a select only. */
    @Override
    public void flush() {
        selectNow();
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close(@Nullable Throwable cause) {
        closed = true;
        for (SelectionKey key : selector.keys()) {
            close(key, cause);
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing the selector of a loop failed");
        }
    }

    private static void close(SelectionKey key, @Nullable Throwable cause) {
        try {
            key.channel().close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a channel at the end of its loop failed");
        }
        if (key.attachment() instanceof Selectable selectable) {
            lose(selectable, cause);
        }
    }

    /** A channel and its key. */
    private final class Keyed implements Registration {
        private final SelectionKey key;
        private final SelectableChannel channel;

        Keyed(SelectionKey key, SelectableChannel channel) {
            this.key = key;
            this.channel = channel;
        }

        /** Nothing is found before {@link #arm}: the key asks for nothing. */
        @Override
        public void begin(Selectable selectable) throws IOException {
            key.attach(selectable);
            // either it is seen here, or the close sees the attachment
            if (closed) {
                channel.close();
                throw new ClosedSelectorException();
            }
        }

        @Override
        public boolean tellsOnce() {
            return false;
        }

        /** Of the rest it tells again. */
        @Override
        public boolean readsInParts() {
            return false;
        }

        @Override
        public void arm(int op) {
            try {
                key.interestOpsOr(keyOps(op));
            } catch (CancelledKeyException _) {
                // closed meanwhile: close wakes the waiter
            }
        }

        @Override
        public void disarm(int op) {
            try {
                key.interestOpsAnd(op == Selectable.READ ? ~READ_OPS : ~WRITE_OPS);
            } catch (CancelledKeyException _) {
                // closed meanwhile: close wakes the waiter
            }
        }

        /**
         * A socket channel that has not connected yet must not be asked for OP_WRITE, nor a connected one for
         * OP_CONNECT.
         */
        private int keyOps(int op) {
            if (op == Selectable.READ) {
                return READ_OPS & channel.validOps();
            }
            return channel instanceof SocketChannel socket && !socket.isConnected()
                    ? SelectionKey.OP_CONNECT
                    : SelectionKey.OP_WRITE;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return ((ReadableByteChannel) channel).read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return ((WritableByteChannel) channel).write(source);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public void closeFromOutside() throws IOException {
            channel.close();
        }
    }
}
