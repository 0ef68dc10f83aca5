package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.spin.SpinBit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Polls with Linux' epoll, which tells of each change once (edge-triggered), and reads and writes the sockets without
 * the locks of the JDK's channels.
 *
 * <p>Those locks keep a descriptor from being closed, and given to another file, while it is used. Here that is so
 * because sockets are read, written and closed in the loop only, on its thread: a close from outside waits for
 * {@link #flush}, and who is outside reads and writes through the channel. Only for loops whose tasks run on the loop's
 * own thread.
 */
final class EpollPoller extends Poller {
    private static final Report LOG = new Report(EpollPoller.class.getName());
    private static final int EVENTS = Libc.EPOLLIN | Libc.EPOLLPRI | Libc.EPOLLRDHUP | Libc.EPOLLET;
    private static final int MAX_EVENTS = 1024;
    private static final int MIN_TABLE = 64;

    /** The data of the wake-up's events. */
    private static final int WAKE_UP = 0;

    private static final int CLOSED = -1;

    private final int epoll;
    private final int eventfd;
    private final MemorySegment events;

    /** For calls on the loop's thread. */
    private final MemorySegment error;

    private final SpinBit tableLock = new SpinBit();

    /**
     * The registered channels by the lower half of their events' data; the upper half tells the channels apart that had
     * the same place, since epoll goes on to tell of a closed channel while a process that was just forked has its
     * descriptor. Changed under the lock.
     */
    private volatile @Nullable EpollChannel[] channels = new EpollChannel[MIN_TABLE];

    /** The free places of the table: a stack. This and what follows is guarded by the lock. */
    private int[] free = new int[0];

    private int freeCount;
    private int count;
    private long added = 1;
    private boolean closed;

    /**
     * How many threads are using the descriptors of this poller; below zero once these are closed, and perhaps another
     * file's.
     */
    private final AtomicInteger users = new AtomicInteger();

    /** Closed from outside, while the loop may have been using them. */
    private final ConcurrentLinkedQueue<EpollChannel> abandoned = new ConcurrentLinkedQueue<>();

    EpollPoller() {
        Arena arena = Arena.ofAuto();
        events = arena.allocate(MAX_EVENTS * EpollEvent.SIZE, Long.BYTES);
        error = Libc.newErrorState(arena);
        try {
            epoll = Libc.epollCreate();
            eventfd = openEventfd(epoll);
        } catch (IOException e) {
            throw new UncheckedIOException("No epoll can be opened for an event loop", e);
        }
        addFree(WAKE_UP + 1, MIN_TABLE);
    }

    private static int openEventfd(int epoll) throws IOException {
        int opened = -1;
        boolean added = false;
        try {
            opened = Libc.eventfd();
            Libc.epollControl(epoll, Libc.EPOLL_CTL_ADD, opened, Libc.EPOLLIN | Libc.EPOLLET, WAKE_UP);
            added = true;
            return opened;
        } finally {
            if (!added) {
                closeQuietly(opened);
                closeQuietly(epoll);
            }
        }
    }

    // ---- the table

    private void addFree(int from, int until) {
        free = Arrays.copyOf(free, until);
        for (int place = until - 1; place >= from; place--) {
            free[freeCount++] = place;
        }
    }

    private void add(EpollChannel channel) {
        tableLock.lock();
        try {
            if (closed) {
                throw new ClosedSelectorException();
            }
            @Nullable
            EpollChannel[] table = channels;
            if (freeCount == 0) {
                table = Arrays.copyOf(table, 2 * table.length);
                addFree(channels.length, table.length);
            }
            int place = free[--freeCount];
            channel.data = added++ << Integer.SIZE | place;
            table[place] = channel;
            channels = table;
            count++;
        } finally {
            tableLock.unlock();
        }
    }

    private void remove(EpollChannel channel) {
        tableLock.lock();
        int place = (int) channel.data;
        if (channels[place] == channel) {
            channels[place] = null;
            free[freeCount++] = place;
            count--;
        }
        tableLock.unlock();
    }

    // ---- polling

    @Override
    public Registration prepare(SelectableChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new EpollChannel(channel);
    }

    @Override
    public boolean hasChannels() {
        tableLock.lock();
        boolean some = count > 0;
        tableLock.unlock();
        return some;
    }

    @Override
    public int selectNow() {
        return collect(0);
    }

    @Override
    public int select(long nanos) {
        return collect(nanos == Long.MAX_VALUE ? -1 : (int) Math.min(Integer.MAX_VALUE, millis(nanos)));
    }

    private int collect(int millis) {
        int told;
        try {
            told = Libc.epollWait(epoll, events, MAX_EVENTS, millis, error);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        @Nullable
        EpollChannel[] table = channels;
        int found = 0;
        for (int i = 0; i < told; i++) {
            long data = EpollEvent.data(events, i);
            EpollChannel channel = table[(int) data];
            Selectable selectable = channel == null || channel.data != data ? null : channel.selectable;
            if (selectable != null) {
                found(selectable, ops(EpollEvent.events(events, i)));
                found++;
            }
        }
        return found;
    }

    private static int ops(int events) {
        boolean failed = (events & (Libc.EPOLLERR | Libc.EPOLLHUP)) != 0;
        boolean ended = (events & Libc.EPOLLRDHUP) != 0;
        boolean urgent = (events & Libc.EPOLLPRI) != 0;
        return (failed || ended || urgent || (events & Libc.EPOLLIN) != 0 ? Selectable.READ : 0)
                | (urgent ? Selectable.PARTS : 0)
                | (failed || (events & Libc.EPOLLOUT) != 0 ? Selectable.WRITE : 0)
                | (ended ? Selectable.END : 0);
    }

    @Override
    public void flush() {
        for (EpollChannel channel = abandoned.poll(); channel != null; channel = abandoned.poll()) {
            closeQuietly(channel);
        }
    }

    @Override
    public void wakeup() {
        if (!enter()) {
            return;
        }
        try {
            Libc.signal(eventfd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            leave();
        }
    }

    private boolean enter() {
        return users.getAndUpdate(now -> now < 0 ? now : now + 1) >= 0;
    }

    private void leave() {
        users.decrementAndGet();
    }

    @Override
    public void close(@Nullable Throwable cause) {
        tableLock.lock();
        closed = true;
        @Nullable
        EpollChannel[] left = channels.clone();
        tableLock.unlock();
        for (EpollChannel channel : left) {
            if (channel != null) {
                closeQuietly(channel);
                channel.tellLost(cause);
            }
        }
        while (!users.compareAndSet(0, CLOSED)) {
            Thread.onSpinWait();
        }
        closeQuietly(eventfd);
        closeQuietly(epoll);
    }

    private static void closeQuietly(int descriptor) {
        if (descriptor < 0) {
            return;
        }
        try {
            Libc.close(descriptor);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a descriptor of an event loop failed");
        }
    }

    private static void closeQuietly(EpollChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a channel of an event loop failed");
        }
    }

    /**
     * A channel and, once it has begun, its place in the table; what the loop needs of it is written before it is put
     * there.
     */
    private final class EpollChannel implements Registration {
        @Nullable
        Selectable selectable;

        /** Zero is none: it is the wake-up's. */
        long data;

        private final SelectableChannel channel;
        private final int descriptor;

        /** Whether it is a socket that can be read and written here. */
        private final boolean direct;

        /** What made reading impossible; the system tells it once only. In the loop. */
        private @Nullable String broken;

        EpollChannel(SelectableChannel channel) {
            this.channel = channel;
            this.descriptor = Descriptors.of(channel);
            this.direct = channel instanceof SocketChannel;
        }

        @Override
        public void begin(Selectable told) throws IOException {
            selectable = told;
            add(this);
            boolean added = false;
            try {
                control(Libc.EPOLL_CTL_ADD, EVENTS);
                added = true;
            } finally {
                if (!added) {
                    remove(this);
                }
            }
        }

        void tellLost(@Nullable Throwable cause) {
            if (selectable != null) {
                lose(selectable, cause);
            }
        }

        void control(int operation, int interest) throws IOException {
            if (!enter()) {
                throw new ClosedChannelException();
            }
            try {
                checkOpen();
                Libc.epollControl(epoll, operation, descriptor, interest, data);
            } finally {
                leave();
            }
        }

        @Override
        public boolean tellsOnce() {
            return true;
        }

        @Override
        public boolean readsInParts() {
            return channel instanceof SocketChannel socket
                    && !socket.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY);
        }

        @Override
        public void arm(int op) {
            if (op == Selectable.WRITE) {
                change(EVENTS | Libc.EPOLLOUT);
            }
        }

        @Override
        public void disarm(int op) {
            if (op == Selectable.WRITE) {
                change(EVENTS);
            }
        }

        /** Also asks to be told anew of what is so already. */
        private void change(int interest) {
            try {
                control(Libc.EPOLL_CTL_MOD, interest);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, e, "A channel was closed while it was to be polled");
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!direct || target.isReadOnly() || !target.hasRemaining()) {
                return ((ReadableByteChannel) channel).read(target);
            }
            checkOpen();
            if (broken != null) {
                throw new SocketException(broken);
            }
            int result = Libc.receive(descriptor, MemorySegment.ofBuffer(target), error);
            if (result > 0) {
                target.position(target.position() + result);
                return result;
            }
            if (result == 0) {
                return -1;
            }
            if (result == Libc.WOULD_BLOCK) {
                return 0;
            }
            broken = Libc.message(-result);
            throw new SocketException(broken);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (!direct) {
                return ((WritableByteChannel) channel).write(source);
            }
            checkOpen();
            int result = Libc.send(descriptor, MemorySegment.ofBuffer(source), error);
            if (result >= 0) {
                source.position(source.position() + result);
                return result;
            }
            if (result == Libc.WOULD_BLOCK) {
                return 0;
            }
            throw new SocketException(Libc.message(-result));
        }

        /** A descriptor that is closed may be another file's. */
        private void checkOpen() throws ClosedChannelException {
            if (!channel.isOpen()) {
                throw new ClosedChannelException();
            }
        }

        /**
         * A channel that no selector knows frees its descriptor at once, and epoll forgets a descriptor that is closed.
         */
        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } finally {
                // not before: a close may wait for the channel's locks, and what is told meanwhile is not for the next
                // at this place
                remove(this);
            }
        }

        /** The other side is told at once, even if the loop is stuck. */
        @Override
        public void closeFromOutside() throws IOException {
            if (!direct) {
                close();
                return;
            }
            try {
                SocketChannel socket = (SocketChannel) channel;
                if (socket.isConnected()) {
                    socket.shutdownOutput();
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, e, "A connection that was to be shut down is gone");
            } finally {
                abandoned.add(this);
            }
        }
    }
}
