package io.anyio.impl.stream;

import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import java.nio.ByteBuffer;

/**
 * One direction of a connection in memory: a ring of bytes between one sender and one receiver.
 *
 * <p>Bytes are copied outside of the lock: the free part of the ring is the sender's, the full one the receiver's, and
 * only the border between them moves under the lock. One queue is enough, because a receiver waits while the ring is
 * empty and a sender while it is full. A grant says: look again; what the waiter waits for is then true, because nobody
 * else takes it away.
 */
final class Pipe extends WaitQueue<Waiter> {
    private final String sender;
    private final String receiver;
    private final byte[] ring;

    /** Where the oldest byte is; the receiver's own. */
    private int head;

    /** Where the next byte goes; the sender's own. */
    private int tail;

    // all below: guarded by the lock
    private int size;

    private boolean sending;
    private boolean receiving;

    /** The sender has sent its end, or is closed. */
    private boolean ended;

    private boolean senderClosed;
    private boolean receiverClosed;

    Pipe(int capacity, String sender, String receiver) {
        this.sender = sender;
        this.receiver = receiver;
        ring = new byte[capacity];
    }

    // ---- the sender

    void send(ByteBuffer source, Parkable task) throws BrokenResourceException {
        begin();
        try {
            while (source.hasRemaining()) {
                put(source, awaitRoom(task));
                if (source.hasRemaining()) {
                    task.checkpoint();
                }
            }
        } finally {
            lock();
            sending = false;
            unlock();
        }
    }

    private void begin() throws BrokenResourceException {
        lock();
        boolean closed = ended;
        boolean busy = sending;
        boolean broken = receiverClosed;
        if (!closed && !busy && !broken) {
            sending = true;
        }
        unlock();
        if (closed) {
            throw new ClosedResourceException(sender);
        }
        if (busy) {
            throw new BusyResourceException("writing to");
        }
        if (broken) {
            throw broken();
        }
    }

    /** Waits until there is room and tells how much. */
    private int awaitRoom(Parkable task) throws BrokenResourceException {
        while (true) {
            Waiter waiter = null;
            lock();
            boolean closed = senderClosed;
            boolean broken = receiverClosed;
            int free = ring.length - size;
            if (!closed && !broken && free == 0) {
                waiter = new Waiter(task, "room in a connection in memory");
                add(waiter);
            }
            unlock();
            if (closed) {
                throw new ClosedResourceException(sender);
            }
            if (broken) {
                throw broken();
            }
            if (waiter == null) {
                return free;
            }
            waiter.await();
        }
    }

    private void put(ByteBuffer source, int free) {
        int count = Math.min(free, source.remaining());
        int straight = Math.min(count, ring.length - tail);
        source.get(ring, tail, straight);
        source.get(ring, 0, count - straight);
        tail = count == straight ? (tail + count) % ring.length : count - straight;
        lock();
        size += count;
        Waiter waiter = grantFirst();
        unlock();
        wakeAll(waiter);
    }

    /** Sends the end. */
    void end() {
        lock();
        boolean closed = senderClosed;
        boolean busy = sending;
        Waiter waiter = null;
        if (!closed && !busy) {
            ended = true;
            waiter = grantFirst();
        }
        unlock();
        if (closed) {
            throw new ClosedResourceException(sender);
        }
        if (busy) {
            throw new BusyResourceException("writing to");
        }
        wakeAll(waiter);
    }

    void closeSender() {
        lock();
        ended = true;
        senderClosed = true;
        Waiter waiter = grantFirst();
        unlock();
        wakeAll(waiter);
    }

    private static BrokenResourceException broken() {
        return new BrokenResourceException(
                "The other side of the connection in memory is closed: nobody can receive the bytes", null);
    }

    // ---- the receiver

    /**
     * Marks the caller as the receiver, and waits for bytes: how many there are, or -1 at the end. Afterwards
     * {@link #take} and {@link #endReceive}.
     */
    int beginReceive(Parkable task) {
        lock();
        boolean closed = receiverClosed;
        boolean busy = receiving;
        if (!closed && !busy) {
            receiving = true;
        }
        unlock();
        if (closed) {
            throw new ClosedResourceException(receiver);
        }
        if (busy) {
            throw new BusyResourceException("reading from");
        }
        boolean waited = false;
        try {
            int ready = awaitBytes(task);
            waited = true;
            return ready;
        } finally {
            if (!waited) {
                endReceive();
            }
        }
    }

    private int awaitBytes(Parkable task) {
        while (true) {
            Waiter waiter = null;
            lock();
            boolean closed = receiverClosed;
            int ready = size > 0 || !ended ? size : -1;
            if (!closed && ready == 0) {
                waiter = new Waiter(task, "bytes of a connection in memory");
                add(waiter);
            }
            unlock();
            if (closed) {
                throw new ClosedResourceException(receiver);
            }
            if (waiter == null) {
                return ready;
            }
            waiter.await();
        }
    }

    /** Moves bytes that are there into a buffer and tells how many. */
    int take(int ready, ByteBuffer target) {
        int count = Math.min(ready, target.remaining());
        int straight = Math.min(count, ring.length - head);
        target.put(ring, head, straight);
        target.put(ring, 0, count - straight);
        head = count == straight ? (head + count) % ring.length : count - straight;
        lock();
        size -= count;
        Waiter waiter = grantFirst();
        unlock();
        wakeAll(waiter);
        return count;
    }

    void endReceive() {
        lock();
        receiving = false;
        unlock();
    }

    void closeReceiver() {
        lock();
        receiverClosed = true;
        Waiter waiter = grantFirst();
        unlock();
        wakeAll(waiter);
    }
}
