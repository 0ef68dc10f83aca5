package io.anyio.impl.watch;

import io.anyio.api.spi.ChannelWatch;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.CancelledError;
import io.anyio.impl.poll.Watcher;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The waits of all tasks of a runtime for channels that are not ours. {@code ForeignChannelsTest} proves the rules. */
public final class ChannelWaits {
    private final Map<SelectableChannel, ChannelWait> readers = new ConcurrentHashMap<>();
    private final Map<SelectableChannel, ChannelWait> writers = new ConcurrentHashMap<>();

    /** Changed under the lock of this object, except that a watcher that ends removes itself without it. */
    private final Map<SelectorProvider, Watcher> watchers = new ConcurrentHashMap<>();

    /** Makes an object without waits; the first wait starts a thread. */
    public ChannelWaits() {}

    /**
     * The waits for one owner.
     *
     * @param owner whose end ends them
     * @return what begins them
     */
    public ChannelWatch of(Owner owner) {
        return new OwnedWatch(owner);
    }

    private final class OwnedWatch implements ChannelWatch {
        private final Owner owner;

        OwnedWatch(Owner owner) {
            this.owner = owner;
        }

        @Override
        public void awaitReadable(SelectableChannel channel) throws IOException {
            int ops = channel.validOps() & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT);
            await(new ChannelWait(channel, ops, readers), owner, "reading from", "readable channel");
        }

        @Override
        public void awaitWritable(SelectableChannel channel) throws IOException {
            int ops = channel instanceof SocketChannel socket && socket.isConnectionPending()
                    ? SelectionKey.OP_CONNECT
                    : SelectionKey.OP_WRITE;
            await(new ChannelWait(channel, ops, writers), owner, "writing to", "writable channel");
        }

        @Override
        public void notifyClosing(SelectableChannel channel) {
            end(readers.get(channel));
            end(writers.get(channel));
        }
    }

    private void await(ChannelWait wait, Owner owner, String action, String operation) throws IOException {
        Task<?> task = Task.current(operation);
        // enough also for the end, which removes the wait
        StackReserve.forScope();
        if (!wait.enter()) {
            throw new BusyResourceException(action);
        }
        boolean begun = false;
        try {
            owner.register(wait);
            begin(wait);
            begun = true;
        } finally {
            if (!begun) {
                wait.leave();
                owner.unregister(wait);
            }
        }
        task.loop.quiet.beginChannel();
        CancelledError cancelled;
        try {
            cancelled = Awaiting.until(wait.done, task.loop, operation, wait);
        } catch (Throwable unfit) {
            // the task cannot be suspended, so it cannot wait for the release either
            wait.run();
            wait.leave();
            throw unfit;
        } finally {
            task.loop.quiet.endChannel();
            owner.unregister(wait);
        }
        if (cancelled != null) {
            throw cancelled;
        }
        if (!wait.isReady()) {
            // a task that is stopped together with its channels gets the cancellation
            task.context().checkCancelled();
            throw new ClosedResourceException("The channel " + wait.channel);
        }
    }

    private void begin(ChannelWait wait) throws IOException {
        Watcher watcher = watchers.get(wait.channel.provider());
        if (watcher == null || !wait.begin(watcher)) {
            beginAnew(wait, wait.channel.provider());
        }
    }

    private synchronized void beginAnew(ChannelWait wait, SelectorProvider provider) throws IOException {
        Watcher watcher = watchers.get(provider);
        if (watcher == null || !wait.begin(watcher)) {
            Watcher fresh = new Watcher(provider, watchers);
            boolean runs = false;
            try {
                boolean _ = wait.begin(fresh);
                fresh.start();
                runs = true;
            } finally {
                if (!runs) {
                    fresh.end();
                }
            }
            watchers.put(provider, fresh);
        }
    }

    private static void end(@Nullable ChannelWait wait) {
        if (wait != null) {
            wait.close();
        }
    }
}
