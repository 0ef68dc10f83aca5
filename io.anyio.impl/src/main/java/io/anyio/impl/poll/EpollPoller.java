package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Polls with Linux' epoll, which reports each change once (edge-triggered). Only for loops whose tasks run on the
 * loop's own thread: see {@link EpollChannel}.
 */
final class EpollPoller extends Poller {
    private static final Report LOG = new Report(EpollPoller.class.getName());

    private final Epoll epoll = new Epoll();
    private final ChannelTable table = new ChannelTable(Epoll.WAKE_UP + 1);

    /** Channels that were closed from outside while the loop may use them: the loop finishes the close. */
    private final Queue<EpollChannel> abandoned = new ConcurrentLinkedQueue<>();

    @Override
    public Registration prepare(SelectableChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new EpollChannel(channel, epoll, table, abandoned);
    }

    @Override
    public boolean hasChannels() {
        return !table.isEmpty();
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
        int told = epoll.await(millis);
        ChannelTable.@Nullable Entry[] entries = table.entries();
        int found = 0;
        for (int i = 0; i < told; i++) {
            long data = epoll.data(i);
            ChannelTable.Entry entry = entries[(int) data];
            Selectable selectable = entry == null || entry.data != data ? null : entry.selectable;
            if (selectable != null) {
                found(selectable, ops(epoll.events(i)));
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
                | (ended ? Selectable.END : 0)
                | (failed ? Selectable.HANG_UP : 0);
    }

    @Override
    public void flush() {
        for (EpollChannel left = abandoned.poll(); left != null; left = abandoned.poll()) {
            closeQuietly(left);
        }
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public void close(@Nullable Throwable cause) {
        for (ChannelTable.Entry left : table.close()) {
            if (left instanceof EpollChannel channel) {
                closeQuietly(channel);
                channel.tellLost(cause);
            }
        }
        epoll.close();
    }

    private static void closeQuietly(EpollChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a channel of an event loop failed");
        }
    }
}
