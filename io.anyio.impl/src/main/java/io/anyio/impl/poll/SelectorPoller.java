package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.spin.SpinBit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Polls with the JDK's selector.
 *
 * <p>Only the loop uses the selector, except for its wake-up: the loop's thread and, to close a channel, its tasks.
 * Other threads hand in their requests, and the loop carries them out before the next select. The reason is that the
 * selector has monitors: a task that waits for a monitor may become its next owner while its loop's own thread waits
 * for it as well, and then the task can never continue. {@code PollerTest} holds the monitors meanwhile.
 */
public final class SelectorPoller extends Poller {
    private static final Report LOG = new Report(SelectorPoller.class.getName());
    private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    /** Not a VarHandle: its first use takes more stack than may be left. */
    private static final AtomicReferenceFieldUpdater<SelectorPoller, Keyed> HANDED_IN = AtomicReferenceFieldUpdater
            .newUpdater(SelectorPoller.class, Keyed.class, "handedIn");

    private final Selector selector;
    private final Consumer<SelectionKey> collect = this::collect;
    private final ChannelTable table = new ChannelTable(0);

    /** The last channel with a request, with its link to the others: a stack, which needs no memory. */
    private volatile @Nullable Keyed handedIn;

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
            found((Selectable) key.attachment(), ((ops & READ_OPS) == 0 ? 0 : Selectable.READ)
                    | ((ops & ~READ_OPS) == 0 ? 0 : Selectable.WRITE));
        } catch (CancelledKeyException _) {
            // closed by another thread while it was selected: its close wakes the waiters
        }
    }

    @Override
    public Registration prepare(SelectableChannel channel) throws IOException {
        if (closed) {
            throw new ClosedSelectorException();
        }
        if (!channel.provider().equals(selector.provider())) {
            throw new IllegalSelectorException();
        }
        channel.configureBlocking(false);
        return new Keyed(channel);
    }

    @Override
    public boolean hasChannels() {
        return !table.isEmpty();
    }

    @Override
    public int selectNow() {
        takeIn();
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
     * {@inheritDoc} An interrupt of the loop's thread has no meaning; if its flag stayed set, each select would end at
     * once.
     */
    @Override
    public int select(long nanos) {
        takeIn();
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

    private void takeIn() {
        Keyed next = HANDED_IN.getAndSet(this, null);
        while (next != null) {
            Keyed each = next;
            // before its requests are read, so that it may be handed in again
            next = each.next;
            each.takeIn();
        }
    }

    /** {@inheritDoc} Only a select frees the descriptor of a registered channel, on the loop's own thread. */
    @Override
    public boolean freesBySelect() {
        return true;
    }

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
        for (ChannelTable.Entry left : table.close()) {
            if (left instanceof Place place) {
                place.keyed.closeQuietly();
                lose(place.keyed.selectable(), cause);
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing the selector of a loop failed");
        }
    }

    /** The place of a channel in the table. */
    private static final class Place extends ChannelTable.Entry {
        private final Keyed keyed;

        Place(Keyed keyed) {
            this.keyed = keyed;
        }
    }

    /** A channel, its requests, and its key after the first request. As a lock it guards the requests. */
    private final class Keyed extends SpinBit implements Registration {
        private final SelectableChannel channel;
        private @Nullable Place place;
        private @Nullable Selectable selectable;

        /**
         * A set of {@link Selectable#READ} and {@link Selectable#WRITE}. This and the next fields are guarded by the
         * lock.
         */
        private int wanted;

        private boolean isHandedIn;
        private volatile boolean abandoned;

        /** The next channel in the stack; written before this one is added. */
        private @Nullable Keyed next;

        /** In the loop. */
        private @Nullable SelectionKey key;

        Keyed(SelectableChannel channel) {
            this.channel = channel;
        }

        Selectable selectable() {
            return Objects.requireNonNull(selectable);
        }

        /** {@inheritDoc} Nothing is reported before {@link #arm}. */
        @Override
        public void begin(Selectable told) throws IOException {
            selectable = told;
            place = new Place(this);
            boolean added = false;
            try {
                table.add(place);
                added = true;
            } finally {
                if (!added) {
                    close();
                }
            }
        }

        @Override
        public boolean tellsOnce() {
            return false;
        }

        /** {@inheritDoc} The rest is reported again. */
        @Override
        public boolean readsInParts() {
            return false;
        }

        @Override
        public void arm(int op) {
            want(op, 0, false);
        }

        @Override
        public void disarm(int op) {
            want(0, op, false);
        }

        private void want(int more, int less, boolean close) {
            lockReserved();
            wanted = (wanted | more) & ~less;
            abandoned |= close;
            if (!isHandedIn) {
                isHandedIn = true;
                // under the lock: a later request finds the channel handed in
                do {
                    next = handedIn;
                } while (!HANDED_IN.compareAndSet(SelectorPoller.this, next, this));
            }
            unlock();
        }

        private void takeIn() {
            lockReserved();
            isHandedIn = false;
            int ops = wanted;
            unlock();
            try {
                if (abandoned) {
                    closeQuietly();
                } else if (key == null) {
                    key = channel.register(selector, keyOps(ops), selectable);
                } else {
                    key.interestOps(keyOps(ops));
                }
            } catch (CancelledKeyException | ClosedChannelException _) {
                // closed meanwhile: its close wakes the waiters
            } catch (Throwable e) {
                lose(selectable(), e);
            }
        }

        /**
         * Converts the set: a socket channel that is not connected yet must not have OP_WRITE, and a connected one not
         * OP_CONNECT.
         */
        private int keyOps(int ops) {
            int read = (ops & Selectable.READ) == 0 ? 0 : READ_OPS & channel.validOps();
            if ((ops & Selectable.WRITE) == 0) {
                return read;
            }
            return read | (channel instanceof SocketChannel socket && !socket.isConnected()
                    ? SelectionKey.OP_CONNECT
                    : SelectionKey.OP_WRITE);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            checkKept();
            return ((ReadableByteChannel) channel).read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            checkKept();
            return ((WritableByteChannel) channel).write(source);
        }

        private void checkKept() throws ClosedChannelException {
            if (abandoned) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public void close() throws IOException {
            Place left = place;
            if (left != null) {
                table.remove(left);
            }
            channel.close();
        }

        private void closeQuietly() {
            try {
                close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, e, "Closing a channel of an event loop failed");
            }
        }

        @Override
        public void closeFromOutside() throws IOException {
            shutDown(channel);
            want(0, 0, true);
            // either this sees the end of the loop, or the end sees the channel
            if (closed) {
                close();
            }
        }
    }
}
