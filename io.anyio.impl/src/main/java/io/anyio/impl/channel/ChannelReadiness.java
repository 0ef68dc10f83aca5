package io.anyio.impl.channel;

import io.anyio.api.spi.Readiness;
import io.anyio.api.spi.TaskContext;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.loop.Selectable;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.task.Task;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A channel under a loop's selector, with one queue of waiters for each direction.
 *
 * <p>Interest in reading stays when a reader was served, because it mostly comes back before the next select; it is dropped when the channel is found readable and nobody waits. Interest in writing is
 * dropped with each grant.
 */
final class ChannelReadiness implements Readiness, Selectable {
    private static final int READ = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int WRITE = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private final Loop loop;
    private final SelectableChannel channel;
    private final SelectionKey key;
    private final Direction readers;
    private final Direction writers;
    private volatile boolean closed;

    ChannelReadiness(Loop loop, SelectableChannel channel) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.readers = new Direction(READ & channel.validOps(), "readable channel");
        this.writers = new Direction(WRITE & channel.validOps(), "writable channel");
        this.key = loop.register(channel, this);
    }

    /** Those who wait for one direction, and what the selector was told of it; the flag is guarded by the queue's lock. */
    private static final class Direction extends WaitQueue {
        final int ops;
        final String operation;
        boolean interested;

        Direction(int ops, String operation) {
            this.ops = ops;
            this.operation = operation;
        }
    }

    @Override
    public boolean awaitReadable() {
        return await(readers);
    }

    @Override
    public boolean awaitWritable() {
        return await(writers);
    }

    /** A scoped value would do, but on a virtual thread that goes on it is not in the processor's cache, nor are the objects on the way to it. */
    @Override
    public TaskContext currentTask(String what) {
        return loop.running() instanceof Task<?> task && task.isCurrent() ? task : TaskContext.current(what);
    }

    private boolean await(Direction direction) {
        Waiter waiter = new Waiter((Parkable) currentTask("Waiting for a channel"), direction.operation);
        direction.lock();
        boolean open = !closed;
        boolean newInterest = open && !direction.interested;
        if (open) {
            direction.add(waiter);
            direction.interested = true;
        }
        direction.unlock();
        if (!open) {
            return false;
        }
        if (newInterest) {
            try {
                key.interestOpsOr(opsNow(direction));
                loop.interestChanged();
            } catch (CancelledKeyException _) {
                // closed meanwhile: close wakes the waiter
            }
        }
        return waiter.await();
    }

    /** A socket channel that has not connected yet must not be asked for OP_WRITE, nor a connected one for OP_CONNECT. */
    private int opsNow(Direction direction) {
        if (direction.ops != WRITE) {
            return direction.ops;
        }
        return channel instanceof SocketChannel socket && !socket.isConnected() ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE;
    }

    @Override
    public void ready(int readyOps) {
        if ((readyOps & READ) != 0) {
            serve(readers, true);
        }
        if ((readyOps & WRITE) != 0) {
            serve(writers, false);
        }
    }

    private void serve(Direction direction, boolean keepInterest) {
        direction.lock();
        Waiter waiter = direction.grantFirst();
        // Whatever was noted: a task on another thread may tell the key of its interest only after it was served.
        boolean drop = waiter == null || !keepInterest;
        if (drop) {
            direction.interested = false;
        }
        direction.unlock();
        // first, because a key that was cancelled meanwhile throws
        if (waiter != null) {
            waiter.wake();
        }
        if (drop) {
            drop(direction);
        }
    }

    private void drop(Direction direction) {
        key.interestOpsAnd(~direction.ops);
        direction.lock();
        boolean renewed = direction.interested;
        direction.unlock();
        if (renewed) {
            // a task on another thread has begun to wait meanwhile, perhaps just before its interest was dropped
            key.interestOpsOr(opsNow(direction));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            closed = true;
            closeAll(readers);
            closeAll(writers);
            awaitFlush();
        }
    }

    private static void closeAll(Direction direction) {
        direction.lock();
        Waiter first = direction.closeAll();
        direction.unlock();
        WaitQueue.wakeAll(first);
    }

    /** The descriptor of a registered channel is freed by the next select only. */
    private void awaitFlush() {
        if (loop.hasEnded()) {
            return;
        }
        Task<?> task = Task.currentOrNull();
        if (task == null) {
            loop.flushClosed(() -> {});
            return;
        }
        Waiter flushed = new Waiter(task, "release of a descriptor", false);
        loop.flushClosed(flushed::grant);
        flushed.await();
    }
}
