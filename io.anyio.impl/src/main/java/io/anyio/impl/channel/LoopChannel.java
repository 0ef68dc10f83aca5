package io.anyio.impl.channel;

import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.Deadline;
import io.anyio.impl.loop.Job;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.poll.Registration;
import io.anyio.impl.poll.Selectable;
import io.anyio.impl.spin.StackReserve;
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
 * <p>If the channel becomes ready while no task waits, that is noted, and the next task tries at once instead of
 * waiting. So a readiness that the poller reports only once is not lost. The poller stays armed for reading after a
 * grant, because the reader usually waits again before the next select; it is disarmed if the channel is readable and
 * no task waits. For writing it is disarmed with each grant.
 *
 * <p>After a read that did not fill its buffer, the reader waits: the socket is empty, and the poller reports what
 * arrives. On some channels such a read may leave bytes behind that the poller does not report. There the reader tries
 * again until a read finds nothing. {@code PartsTest} sends such bytes, {@code TcpStressTest} all others.
 */
final class LoopChannel implements RegisteredChannel, Selectable {
    private static final Report LOG = new Report(LoopChannel.class.getName());

    private static final String FLUSH = "release of a descriptor";
    private static final byte OPEN = 0;

    /**
     * One thread is closing it. No other thread may close it: the loop would wait for the JDK's locks, which its own
     * task may hold.
     */
    private static final byte CLOSING = 1;

    /** The poller frees the descriptor with its next flush. */
    private static final byte CLOSED = 2;

    private static final byte FREED = 3;

    private final Loop loop;
    private final SelectableChannel channel;
    private final Registration registration;
    private final Direction readers = new Direction(READ, "readable channel");
    private final Direction writers = new Direction(WRITE, "writable channel");

    /** The wait for a hang-up; made by the first who waits, for few connections need it. */
    private volatile @Nullable Direction hangUps;

    private volatile boolean hungUp;

    /** When a byte was last read or written, in nanoseconds of the loop's clock; noted once somebody has asked. */
    private long lastTransfer;

    private volatile boolean notesTransfers;

    /** OPEN, CLOSING, CLOSED or FREED. It leaves OPEN under the lock of the readers. */
    private volatile byte state = OPEN;

    /** Whether a read may leave bytes behind that the poller does not report; set before the waits are granted. */
    private volatile boolean inParts;

    /** Whether the last read may have left bytes behind; used by the reader only. */
    private boolean rest;

    /** Why the loop, or this channel on it, has failed; written before it is CLOSED. */
    private @Nullable Throwable lostTo;

    private LoopChannel(Loop loop, SelectableChannel channel, Registration registration) {
        this.loop = loop;
        this.channel = channel;
        this.registration = registration;
        this.inParts = registration.readsInParts();
        this.lastTransfer = loop.clock.nanoTime();
    }

    /** Completes the object before it is passed to the poller, which may call it at once on another thread. */
    static LoopChannel register(Loop loop, SelectableChannel channel) throws IOException {
        try {
            Registration registration = loop.prepare(channel);
            LoopChannel made = new LoopChannel(loop, channel, registration);
            registration.begin(made);
            return made;
        } catch (ClosedSelectorException _) {
            throw loop.breakage.closedException("A channel cannot be registered");
        }
    }

    /** The waits for one direction; its fields are guarded by the lock of the queue. */
    private static final class Direction extends WaitQueue<Waiter> {
        final int op;
        final String operation;

        /** Whether the poller was asked to report this direction. */
        boolean armed;

        /** Whether the channel became ready while no task waited. */
        boolean noted;

        /** Whether the channel stays ready: its end was reached. */
        boolean ended;

        Direction(int op, String operation) {
            this.op = op;
            this.operation = operation;
        }
    }

    /**
     * {@inheritDoc} The scoped value would have the same result. But just after a virtual thread was resumed, the value
     * and the objects on the way to it are not in the processor's cache.
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
            noteTransfer(count);
            return count;
        } catch (ClosedChannelException e) {
            throw closed(e);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        try {
            int count = loop.inLoop() ? registration.write(source) : ((WritableByteChannel) channel).write(source);
            noteTransfer(count);
            return count;
        } catch (ClosedChannelException e) {
            throw closed(e);
        }
    }

    private void noteTransfer(int count) {
        if (count > 0 && notesTransfers) {
            lastTransfer = loop.coarseTime();
        }
    }

    @Override
    public Deadline lastTransfer() {
        notesTransfers = true;
        return new Deadline(lastTransfer);
    }

    @Override
    public boolean tellsHangUp() {
        return registration.tellsOnce();
    }

    @Override
    public boolean awaitHangUp() {
        Direction waiting = new Direction(HANG_UP, "hang-up of a channel");
        // before the two looks: either they see what has happened, or whoever makes it happen sees the wait
        hangUps = waiting;
        waiting.lock();
        waiting.noted |= hungUp;
        waiting.unlock();
        return await(waiting, false);
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
        // first, because a cancelled task must not take a noted readiness, which is reported only once
        task.checkpoint();
        Waiter waiter = new Waiter(task, direction.operation);
        direction.lockToWait();
        boolean open = state < CLOSED;
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
        if (state >= CLOSED) {
            boolean _ = closed();
        }
        return e;
    }

    /** The result of a wait that was ended by a close. */
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
        if ((ops & HANG_UP) != 0) {
            hungUp = true;
            Direction waiting = hangUps;
            if (waiting != null) {
                waiting.lock();
                waiting.noted = true;
                waiting.unlockAndWake(waiting.grantAll());
            }
        }
    }

    private void serve(Direction direction, boolean staysArmed, boolean forEver) {
        direction.lock();
        Waiter first = direction.grantAll();
        direction.ended |= forEver;
        direction.noted = first == null || direction.ended;
        // even if a readiness is noted: a task on another thread arms only after its grant
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
            // a task on another thread has begun to wait in the meantime, perhaps just before the poller was disarmed
            registration.arm(direction.op);
        }
    }

    /**
     * {@inheritDoc} Of several threads that close, the first closes the channel, and each task waits until its
     * descriptor is free.
     */
    @Override
    public void close() throws IOException {
        if (state == FREED) {
            return;
        }
        Task<?> task = Task.currentOrNull();
        if (task == null) {
            closeWithoutWaiting();
            return;
        }
        // enough also for the wait
        StackReserve.forScope();
        try {
            if (!closeChannel()) {
                awaitClosed(task);
            }
        } finally {
            if (isFlushDue()) {
                Waiter flushed = new Waiter(task, FLUSH, false);
                flush(flushed);
                flushed.await();
            }
        }
    }

    @Override
    public void closeWithoutWaiting() throws IOException {
        try {
            boolean _ = closeChannel();
        } finally {
            if (isFlushDue()) {
                flush(null);
            }
        }
    }

    /** Closes the channel, for one caller only; false for the others. */
    private boolean closeChannel() throws IOException {
        if (!beginClose()) {
            return false;
        }
        try {
            if (loop.inLoop() || loop.hasEnded()) {
                registration.close();
            } else {
                registration.closeFromOutside();
            }
        } finally {
            state = CLOSED;
            closeAll();
        }
        return true;
    }

    private boolean beginClose() {
        readers.lock();
        boolean first = state == OPEN;
        if (first) {
            state = CLOSING;
        }
        readers.unlock();
        return first;
    }

    /** Waits until another thread has closed the channel. */
    private void awaitClosed(Task<?> task) {
        while (state == CLOSING) {
            Waiter waiter = new Waiter(task, FLUSH, false);
            readers.lockToWait();
            boolean waits = state == CLOSING;
            if (waits) {
                readers.add(waiter);
            }
            readers.unlock();
            if (waits) {
                boolean _ = waiter.await();
            }
        }
    }

    @Override
    public void lost(@Nullable Throwable cause) {
        lostTo = cause;
        state = CLOSED;
        closeAll();
        try {
            registration.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a channel after an error failed");
        }
    }

    private void closeAll() {
        closeAll(readers);
        closeAll(writers);
        Direction waiting = hangUps;
        if (waiting != null) {
            closeAll(waiting);
        }
    }

    private static void closeAll(Direction direction) {
        direction.lock();
        direction.unlockAndWake(direction.closeAll());
    }

    private boolean isFlushDue() {
        return state == CLOSED && !loop.hasEnded();
    }

    /** Asks the poller to free the descriptor, which only the poller can do. */
    private void flush(@Nullable Waiter waiter) {
        loop.flushClosed(new Freed(this, waiter));
    }

    /** Runs once the descriptor is free. Not a lambda: see {@code LazyLinksTest}. */
    private static final class Freed implements Job {
        private final LoopChannel channel;
        private final @Nullable Waiter waiter;

        Freed(LoopChannel channel, @Nullable Waiter waiter) {
            this.channel = channel;
            this.waiter = waiter;
        }

        @Override
        public void run() {
            channel.state = FREED;
            if (waiter != null) {
                waiter.grant();
            }
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }
}
