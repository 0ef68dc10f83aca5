package io.anyio.impl.stream;

import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import java.nio.ByteBuffer;

/**
 * One direction of a connection in memory: a ring of bytes between one sender and one receiver.
 *
 * <p>One task at a time sends, and one receives; {@link MemoryByteStream} sees to that. Bytes are copied under no lock:
 * the free part of the ring is the sender's, the full part the receiver's, and only the border between them moves under
 * the lock. One queue is enough, because the receiver waits while the ring is empty and the sender while it is full. A
 * grant only says: look again. The condition of the waiter is then true, because no other task can change it.
 * {@code MemoryByteStreamTest} runs the contract of byte streams over it.
 */
final class Pipe extends WaitQueue<Waiter> {
    private final String sender;
    private final String receiver;
    private final byte[] ring;

    /** Where the oldest byte is; the receiver's own. */
    private int head;

    /** Where the next byte goes; the sender's own. */
    private int tail;

    // all below: written under the lock

    /** How many bytes are in the ring. */
    private int size;

    /** The sender has sent its end, or is closed. */
    private volatile boolean ended;

    private volatile boolean senderClosed;
    private volatile boolean receiverClosed;

    /**
     * Makes an empty one.
     *
     * @param sender the name of the stream that sends, for messages
     * @param receiver the name of the stream that receives
     */
    Pipe(int capacity, String sender, String receiver) {
        this.sender = sender;
        this.receiver = receiver;
        ring = new byte[capacity];
    }

    // ---- the sender

    /** Throws if the sender is closed. */
    void checkSendable() {
        if (senderClosed) {
            throw new ClosedResourceException(sender);
        }
    }

    void send(ByteBuffer source, Parkable task) throws BrokenResourceException {
        if (ended) {
            throw new ClosedResourceException(sender);
        }
        while (source.hasRemaining()) {
            put(source, awaitRoom(task));
            if (source.hasRemaining()) {
                task.checkpoint();
            }
        }
    }

    /** Waits until there is space and returns how much. */
    private int awaitRoom(Parkable task) throws BrokenResourceException {
        while (true) {
            Waiter waiter = null;
            int free;
            lockToWait();
            try {
                free = ring.length - size;
                if (free == 0 && !senderClosed && !receiverClosed) {
                    waiter = new Waiter(task, "room in a connection in memory");
                    add(waiter);
                }
            } finally {
                unlock();
            }
            if (waiter != null) {
                waiter.await();
                continue;
            }
            checkSendable();
            if (receiverClosed) {
                throw new BrokenResourceException(
                        "The other side of the connection in memory is closed: nobody can receive the bytes", null);
            }
            return free;
        }
    }

    private void put(ByteBuffer source, int free) {
        int count = Math.min(free, source.remaining());
        int straight = Math.min(count, ring.length - tail);
        source.get(ring, tail, straight);
        source.get(ring, 0, count - straight);
        tail = count == straight ? (tail + count) % ring.length : count - straight;
        move(count);
    }

    /** Sends the end, unless the sender has done so before. */
    void end() {
        lock();
        ended = true;
        unlockAndWake(grantFirst());
    }

    void closeSender() {
        lock();
        ended = true;
        senderClosed = true;
        unlockAndWake(grantFirst());
    }

    // ---- the receiver

    /** Throws if the receiver is closed. */
    void checkReceivable() {
        if (receiverClosed) {
            throw new ClosedResourceException(receiver);
        }
    }

    /** Waits for bytes and returns how many there are, or -1 at the end. */
    int awaitBytes(Parkable task) {
        while (true) {
            Waiter waiter = null;
            int ready;
            lockToWait();
            try {
                ready = size > 0 || !ended ? size : -1;
                if (ready == 0 && !receiverClosed) {
                    waiter = new Waiter(task, "bytes of a connection in memory");
                    add(waiter);
                }
            } finally {
                unlock();
            }
            if (waiter != null) {
                waiter.await();
                continue;
            }
            checkReceivable();
            return ready;
        }
    }

    /** Moves bytes that are there into a buffer and returns how many. */
    int take(int ready, ByteBuffer target) {
        int count = Math.min(ready, target.remaining());
        int straight = Math.min(count, ring.length - head);
        target.put(ring, head, straight);
        target.put(ring, 0, count - straight);
        head = count == straight ? (head + count) % ring.length : count - straight;
        move(-count);
        return count;
    }

    void closeReceiver() {
        lock();
        receiverClosed = true;
        unlockAndWake(grantFirst());
    }

    // ---- both

    /** Moves the border between the full and the free part; the look before it has reserved the stack. */
    private void move(int count) {
        lockReserved();
        size += count;
        unlockAndWake(grantFirst());
    }
}
