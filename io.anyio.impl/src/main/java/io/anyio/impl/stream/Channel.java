package io.anyio.impl.stream;

import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectStreamStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * What all ends of a memory object stream share: the buffer, the counts of open ends, and the tasks that wait.
 *
 * <p>One queue is enough for both kinds of waiters, because they never wait at the same time:
 *
 * <ul>
 * <li>a receiver waits only while the buffer is empty and no sender waits;
 * <li>a sender waits only while the buffer is full and no receiver waits; a buffer of size 0 is always both full and
 * empty.</ul>
 *
 * An item is handed directly to the receiver that has waited longest; it is buffered only if none waits. A receive that
 * makes room moves the item of the sender that has waited longest into the buffer, so items stay in order. A cancelled
 * waiter is removed from the queue under the same lock, so it neither gets an item nor leaves one behind. {@code
 * MemoryStreamStressTest} runs all operations at random, with buffers of many sizes, and compares the items that arrive
 * with those that were sent.
 *
 * @param <T> the type of the items
 */
final class Channel<T extends @Nullable Object> extends WaitQueue<Transfer> {
    /** What an operation found. */
    private enum Outcome {
        DONE, MUST_WAIT, CLOSED, OTHER_SIDE_CLOSED
    }

    final long id;
    private final int capacity;
    private final Buffer buffer;
    private int openSenders = 1;
    private int openReceivers = 1;
    private int ends = 2;
    private int dropped;

    Channel(long id, int capacity) {
        this.id = id;
        this.capacity = capacity;
        this.buffer = new Buffer(capacity);
    }

    /** Sends; waits if a task is given. */
    void send(End end, T item, @Nullable Parkable task) throws BrokenResourceException {
        Outcome outcome = Outcome.DONE;
        Transfer receiver = null;
        Transfer mine = null;
        lockToWait();
        try {
            Transfer first = first();
            if (end.closed) {
                outcome = Outcome.CLOSED;
            } else if (openReceivers == 0) {
                outcome = Outcome.OTHER_SIDE_CLOSED;
            } else if (first != null && !first.end.sends) {
                first.item = item;
                receiver = grant(first);
            } else if (!buffer.isFull()) {
                buffer.add(item);
            } else {
                outcome = Outcome.MUST_WAIT;
                if (task != null) {
                    mine = enqueue(new Transfer(task, "room in a memory stream", end, item));
                }
            }
        } finally {
            unlock();
        }
        if (!conclude(outcome, receiver, mine, end, "MemoryObjectSendStream.sendNowait")) {
            throw new BrokenResourceException("Every receive end of memory object stream " + id
                    + " is closed: nobody can receive the item", null);
        }
    }

    /** Receives; waits if a task is given. */
    @SuppressWarnings({"unchecked", "NullAway"}) // what a sender of T put in, null if T allows it
    T receive(End end, @Nullable Parkable task) throws EndOfStreamException {
        Outcome outcome = Outcome.DONE;
        Object item = null;
        Transfer sender = null;
        Transfer mine = null;
        lockToWait();
        try {
            Transfer first = first();
            if (end.closed) {
                outcome = Outcome.CLOSED;
            } else if (first != null && first.end.sends) {
                item = buffer.rotate(first.item);
                first.item = null;
                sender = grant(first);
            } else if (buffer.size() > 0) {
                item = buffer.poll();
            } else if (openSenders == 0) {
                outcome = Outcome.OTHER_SIDE_CLOSED;
            } else {
                outcome = Outcome.MUST_WAIT;
                if (task != null) {
                    mine = enqueue(new Transfer(task, "an item of a memory stream", end, null));
                }
            }
        } finally {
            unlock();
        }
        if (!conclude(outcome, sender, mine, end, "MemoryObjectReceiveStream.receiveNowait")) {
            throw new EndOfStreamException();
        }
        return (T) (mine == null ? item : mine.item);
    }

    /**
     * Ends an operation, under no lock: wakes the task of the other side, or waits. False if the other side is closed.
     */
    private static boolean conclude(Outcome outcome, @Nullable Transfer served, @Nullable Transfer mine, End end,
            String nowait) {
        return switch (outcome) {
            case DONE -> {
                if (served != null) {
                    served.wake();
                }
                yield true;
            }
            case MUST_WAIT -> {
                if (mine == null) {
                    throw new WouldBlockException(nowait);
                }
                boolean granted = mine.await();
                if (!granted && mine.ownEndClosed) {
                    throw end.closedError();
                }
                yield granted;
            }
            case CLOSED -> throw end.closedError();
            case OTHER_SIDE_CLOSED -> false;
        };
    }

    /** Counts a clone of an open end and returns its number. */
    int open(End original) {
        int number = 0;
        lock();
        if (!original.closed) {
            if (original.sends) {
                openSenders++;
            } else {
                openReceivers++;
            }
            number = ++ends;
        }
        unlock();
        if (number == 0) {
            throw original.closedError();
        }
        return number;
    }

    /** Closes an end, unless it is closed, and wakes the tasks that can only wait in vain now. */
    void close(End end) {
        Transfer own = null;
        Transfer others = null;
        lock();
        try {
            if (end.closed) {
                return;
            }
            end.closed = true;
            if (end.waiting > 0) {
                own = closeWaitersOf(end);
            }
            if (end.sends) {
                if (--openSenders == 0) {
                    others = closeAll();
                }
            } else if (--openReceivers == 0) {
                others = closeAll();
                dropped = buffer.clear();
            }
        } finally {
            unlock();
        }
        wakeAll(own);
        wakeAll(others);
        end.leak.closed();
    }

    MemoryObjectStreamStatistics statistics() {
        lock();
        try {
            Transfer first = first();
            boolean sending = first != null && first.end.sends;
            return new MemoryObjectStreamStatistics(buffer.size(), buffer.peak(), capacity, openSenders, openReceivers,
                    sending ? size() : 0,
                    sending ? 0 : size(), dropped);
        } finally {
            unlock();
        }
    }

    // ---- under the lock

    private Transfer enqueue(Transfer waiter) {
        add(waiter);
        waiter.end.waiting++;
        return waiter;
    }

    /** Lets the first waiter continue. */
    private Transfer grant(Transfer first) {
        var _ = grantFirst();
        withdrawn(first);
        return first;
    }

    /** Closes the waits through one end; returns them as a chain. */
    private @Nullable Transfer closeWaitersOf(End end) {
        Transfer chain = null;
        Transfer last = null;
        for (Transfer waiter = first(); waiter != null;) {
            Transfer next = after(waiter);
            if (waiter.end == end) {
                waiter.ownEndClosed = true;
                waiter.tryClose();
                unlink(waiter);
                waiter.joinBehind(last);
                last = waiter;
                chain = chain == null ? waiter : chain;
            }
            waiter = next;
        }
        end.waiting = 0;
        return chain;
    }

    @Override
    protected void withdrawn(Transfer waiter) {
        waiter.end.waiting--;
    }
}
