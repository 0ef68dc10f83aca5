package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A channel under epoll. Sockets are read and written without the locks of the JDK's channels.
 *
 * <p>Those locks prevent a descriptor from being closed, and reused for another file, while it is used. Here the loop
 * does that: sockets are read, written and closed only in the loop, on its thread. A close from outside waits for
 * {@link Poller#flush}, and reads and writes from outside go through the channel. {@code RawSocketTest} closes at
 * random and reuses the descriptors.
 */
final class EpollChannel extends ChannelTable.Entry implements Registration {
    private static final Report LOG = new Report(EpollChannel.class.getName());
    private static final int EVENTS = Libc.EPOLLIN | Libc.EPOLLPRI | Libc.EPOLLRDHUP | Libc.EPOLLET;

    private final SelectableChannel channel;
    private final int descriptor;
    private final Epoll epoll;
    private final ChannelTable table;
    private final Queue<EpollChannel> abandoned;

    /** Whether it is a socket that can be read and written here. */
    private final boolean direct;

    /**
     * Whether the channel is, or may be, polled for writing. Each new request to epoll reports lasting states again,
     * such as the end of a pipe. A reaction that requests each time would never end.
     */
    private volatile boolean writing;

    /** What made reading impossible; the system reports it only once. In the loop. */
    private @Nullable String broken;

    EpollChannel(SelectableChannel channel, Epoll epoll, ChannelTable table, Queue<EpollChannel> abandoned) {
        this.channel = channel;
        this.epoll = epoll;
        this.table = table;
        this.abandoned = abandoned;
        this.descriptor = Descriptors.of(channel);
        this.direct = channel instanceof SocketChannel;
    }

    @Override
    public void begin(Selectable told) throws IOException {
        selectable = told;
        table.add(this);
        boolean added = false;
        try {
            control(Libc.EPOLL_CTL_ADD, EVENTS);
            added = true;
        } finally {
            if (!added) {
                table.remove(this);
            }
        }
    }

    void tellLost(@Nullable Throwable cause) {
        if (selectable != null) {
            Poller.lose(selectable, cause);
        }
    }

    private void control(int operation, int interest) throws IOException {
        if (!epoll.enter()) {
            throw new ClosedChannelException();
        }
        try {
            checkOpen();
            epoll.control(operation, descriptor, interest, data);
        } finally {
            epoll.leave();
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
            writing = true;
            change(EVENTS | Libc.EPOLLOUT);
        }
    }

    @Override
    public void disarm(int op) {
        if (op == Selectable.WRITE && writing) {
            writing = false;
            change(EVENTS);
        }
    }

    /** Changes what is polled; epoll then also reports the current state again. */
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
        int result = Libc.receive(descriptor, MemorySegment.ofBuffer(target), epoll.error);
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
        int result = Libc.send(descriptor, MemorySegment.ofBuffer(source), epoll.error);
        if (result >= 0) {
            source.position(source.position() + result);
            return result;
        }
        if (result == Libc.WOULD_BLOCK) {
            return 0;
        }
        throw new SocketException(Libc.message(-result));
    }

    /** Throws if the channel is closed: its descriptor may then belong to another file. */
    private void checkOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /**
     * {@inheritDoc} A channel without a selector frees its descriptor at once, and epoll forgets a closed descriptor.
     */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            // not earlier: a close may wait for the channel's locks, and events meanwhile must not go to the next
            // channel at this place
            table.remove(this);
        }
    }

    /** {@inheritDoc} The other side sees the end at once, even if the loop is stuck. */
    @Override
    public void closeFromOutside() throws IOException {
        if (!direct) {
            close();
            return;
        }
        Poller.shutDown(channel);
        abandoned.add(this);
    }
}
