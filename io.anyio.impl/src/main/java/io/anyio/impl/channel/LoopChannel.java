package io.anyio.impl.channel;

import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.poll.Registration;
import io.anyio.impl.poll.Selectable;
import io.anyio.impl.task.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A channel under a loop's poller, with one queue of waiters for each direction.
 *
 * <p>What is found ready while nobody waits is noted, and the next task to wait is sent to try at once: so nothing that
 * the poller tells only once is lost. The poller stays armed for reading when a reader was served, because the reader
 * mostly comes back before the next select; it is disarmed when the channel is found readable and nobody waits. For
 * writing it is disarmed with each grant.
 *
 * <p>A reader waits after a read that did not fill its buffer, because the socket is empty then and the poller tells of
 * what comes. Where a read may stop short of what is there, and the poller does not tell of the rest, the reader is
 * sent to try again until a read finds nothing. {@code PartsTest} sends such bytes, {@code TcpStressTest} everything
 * else.
 */
final class LoopChannel implements RegisteredChannel, Selectable {
    private static final Report LOG = new Report(LoopChannel.class.getName());

    private final Loop loop;
    private final SelectableChannel channel;
    private final Registration registration;
    private final Direction readers = new Direction(READ, "readable channel");
    private final Direction writers = new Direction(WRITE, "writable channel");
    private volatile boolean closed;

    /** Whether a read may stop short of what is there; set by the poller, before those who wait are told. */
    private volatile boolean inParts;

    /** Whether something may be left of what the poller told; touched by the one reader. */
    private boolean rest;

    /** Why the loop, or this channel on it, has failed; written before {@code closed}. */
    private @Nullable Throwable lostTo;

    private LoopChannel(Loop loop, SelectableChannel channel, Registration registration) {
        this.loop = loop;
        this.channel = channel;
        this.registration = registration;
        this.inParts = registration.readsInParts();
    }

    /** In this order: the poller may tell at once, on another thread. */
    static LoopChannel register(Loop loop, SelectableChannel channel) throws IOException {
        try {
            Registration registration = loop.prepare(channel);
            LoopChannel made = new LoopChannel(loop, channel, registration);
            registration.begin(made);
            return made;
        } catch (ClosedSelectorException _) {
            throw loop.closedException("A channel cannot be registered");
        }
    }

    /** Those who wait for one direction; the flags are guarded by the queue's lock. */
    private static final class Direction extends WaitQueue<Waiter> {
        final int op;
        final String operation;

        /** What the poller was told. */
        boolean armed;

        /** Found ready while nobody waited. */
        boolean noted;

        /** Ready for ever. */
        boolean ended;

        Direction(int op, String operation) {
            this.op = op;
            this.operation = operation;
        }
    }

    /**
     * A scoped value would do, but on a virtual thread that goes on it is not in the processor's cache, nor are the
     * objects on the way to it.
     */
    @Override
    public TaskContext currentTask(String what) {
        return loop.running() instanceof Task<?> task && task.isCurrent() ? task.context() : TaskContext.current(what);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try {
            int count = loop.inLoop() ? registration.read(target) : ((ReadableByteChannel) channel).read(target);
            rest = count > 0;
            return count;
        } catch (ClosedChannelException e) {
            throw closed(e);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        try {
            return loop.inLoop() ? registration.write(source) : ((WritableByteChannel) channel).write(source);
        } catch (ClosedChannelException e) {
            throw closed(e);
        }
    }

    @Override
    public boolean awaitReadable() {
        if (inParts && rest) {
            rest = false;
            ((Parkable) currentTask("Waiting for a channel")).checkpoint();
            return true;
        }
        return await(readers, !registration.tellsOnce());
    }

    @Override
    public boolean awaitWritable() {
        return await(writers, true);
    }

    private boolean await(Direction direction, boolean arms) {
        Parkable task = (Parkable) currentTask("Waiting for a channel");
        // before anything is taken: what was noted is not told twice
        task.checkpoint();
        Waiter waiter = new Waiter(task, direction.operation);
        direction.lock();
        boolean open = !closed;
        boolean waits = open && !direction.noted;
        direction.noted = direction.ended;
        boolean arm = arms && waits && !direction.armed;
        if (waits) {
            direction.add(waiter);
            direction.armed = arms;
        }
        direction.unlock();
        if (!open) {
            return closed();
        }
        if (!waits) {
            return true;
        }
        if (arm) {
            registration.arm(direction.op);
            loop.interestChanged();
        }
        return waiter.await() || closed();
    }

    private ClosedChannelException closed(ClosedChannelException e) {
        if (closed) {
            boolean _ = closed();
        }
        return e;
    }

    /** What a wait gives that the close has ended. */
    private boolean closed() {
        Throwable cause = lostTo;
        if (cause == null) {
            return false;
        }
        ClosedResourceException broken = new ClosedResourceException(
                "The channel of the loop " + loop.name + ", after an error there,");
        broken.initCause(cause);
        throw broken;
    }

    @Override
    public void ready(int ops) {
        if ((ops & PARTS) != 0) {
            inParts = true;
        }
        if ((ops & READ) != 0) {
            serve(readers, true, (ops & END) != 0);
        }
        if ((ops & WRITE) != 0) {
            serve(writers, false, false);
        }
    }

    private void serve(Direction direction, boolean staysArmed, boolean forEver) {
        direction.lock();
        Waiter first = direction.grantAll();
        direction.ended |= forEver;
        direction.noted = first == null || direction.ended;
        // Whatever was noted of it: a task on another thread may arm only after it was served.
        boolean disarm = first == null || !staysArmed;
        if (disarm) {
            direction.armed = false;
        }
        direction.unlock();
        WaitQueue.wakeAll(first);
        if (disarm) {
            disarm(direction);
        }
    }

    private void disarm(Direction direction) {
        registration.disarm(direction.op);
        direction.lock();
        boolean renewed = direction.armed;
        direction.unlock();
        if (renewed) {
            // a task on another thread has begun to wait meanwhile, perhaps just before its interest was dropped
            registration.arm(direction.op);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            closeChannel();
        } finally {
            awaitFlush();
        }
    }

    @Override
    public void closeWithoutWaiting() throws IOException {
        try {
            closeChannel();
        } finally {
            if (!loop.hasEnded()) {
                loop.flushClosed(() -> {});
            }
        }
    }

    private void closeChannel() throws IOException {
        try {
            if (loop.inLoop() || loop.hasEnded()) {
                registration.close();
            } else {
                registration.closeFromOutside();
            }
        } finally {
            closed = true;
            closeAll(readers);
            closeAll(writers);
        }
    }

    @Override
    public void lost(@Nullable Throwable cause) {
        lostTo = cause;
        closed = true;
        closeAll(readers);
        closeAll(writers);
        try {
            registration.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a channel after an error failed");
        }
    }

    private static void closeAll(Direction direction) {
        direction.lock();
        Waiter first = direction.closeAll();
        direction.unlock();
        WaitQueue.wakeAll(first);
    }

    /** The descriptor of a registered channel is freed by the poller only. */
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
