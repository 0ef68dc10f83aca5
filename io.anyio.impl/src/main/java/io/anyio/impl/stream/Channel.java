package io.anyio.impl.stream;

import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectStreamStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * What all ends of a memory object stream share: the buffer, the counts of open ends, and the tasks that wait.
 *
 * <p>One queue is enough for both kinds of waiters, because they never wait at the same time:
 *
 * <ul>
 * <li>a receiver waits only while the buffer is empty and no sender waits;
 * <li>a sender waits only while the buffer is full and no receiver waits; with a buffer of size 0 it is always both
 * full and empty.</li>
 * </ul>
 *
 * An item is handed directly to the receiver that has waited longest; the buffer is touched only if there is none. A
 * receive that makes room moves the item of the sender that has waited longest into the buffer, so that items stay in
 * order. A cancelled waiter is taken out of the queue under the same lock, so it neither gets an item nor leaves one
 * behind.
 *
 * @param <T> the type of the items
 */
final class Channel<T extends @Nullable Object> extends WaitQueue {
    /** What an operation found. */
    private enum Outcome {
        DONE, WAIT, CLOSED, OTHER_SIDE_CLOSED
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
    void send(SendEnd<T> end, T item, @Nullable Parkable task) throws BrokenResourceException {
        Outcome outcome;
        Waiter receiver = null;
        Transfer mine = null;
        lock();
        try {
            Transfer first = (Transfer) first();
            if (end.closed) {
                outcome = Outcome.CLOSED;
            } else if (openReceivers == 0) {
                outcome = Outcome.OTHER_SIDE_CLOSED;
            } else if (first != null && !first.end.sends) {
                outcome = Outcome.DONE;
                first.value = item;
                grant(first);
                receiver = first;
            } else if (!buffer.isFull()) {
                outcome = Outcome.DONE;
                buffer.add(item);
            } else {
                outcome = Outcome.WAIT;
                if (task != null) {
                    mine = enqueue(task, "room in a memory stream", end);
                    mine.value = item;
                }
            }
        } finally {
            unlock();
        }
        switch (outcome) {
            case DONE -> {
                if (receiver != null) {
                    receiver.wake();
                }
            }
            case WAIT -> {
                if (mine == null) {
                    throw new WouldBlockException("MemoryObjectSendStream.sendNowait");
                }
                if (!mine.await()) {
                    if (mine.ownEndClosed) {
                        throw end.closedError();
                    }
                    throw broken();
                }
            }
            case CLOSED -> throw end.closedError();
            case OTHER_SIDE_CLOSED -> throw broken();
        }
    }

    /** Receives; waits if a task is given. */
    @SuppressWarnings({"unchecked", "NullAway"}) // what a sender of T put in, null if T allows it
    T receive(ReceiveEnd<T> end, @Nullable Parkable task) throws EndOfStreamException {
        Outcome outcome;
        Object item = null;
        Waiter sender = null;
        Transfer mine = null;
        lock();
        try {
            Transfer first = (Transfer) first();
            if (end.closed) {
                outcome = Outcome.CLOSED;
            } else if (first != null && first.end.sends) {
                outcome = Outcome.DONE;
                item = rotate(first);
                grant(first);
                sender = first;
            } else if (buffer.size() > 0) {
                outcome = Outcome.DONE;
                item = buffer.poll();
            } else if (openSenders == 0) {
                outcome = Outcome.OTHER_SIDE_CLOSED;
            } else {
                outcome = Outcome.WAIT;
                if (task != null) {
                    mine = enqueue(task, "an item of a memory stream", end);
                }
            }
        } finally {
            unlock();
        }
        switch (outcome) {
            case DONE -> {
                if (sender != null) {
                    sender.wake();
                }
            }
            case WAIT -> {
                if (mine == null) {
                    throw new WouldBlockException("MemoryObjectReceiveStream.receiveNowait");
                }
                if (!mine.await()) {
                    if (mine.ownEndClosed) {
                        throw end.closedError();
                    }
                    throw new EndOfStreamException();
                }
                item = mine.value;
            }
            case CLOSED -> throw end.closedError();
            case OTHER_SIDE_CLOSED -> throw new EndOfStreamException();
        }
        return (T) item;
    }

    /** Counts a clone of an open end and returns its number. */
    int open(End<T> original) {
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

    /** Closes an end and wakes who waits in vain; false if it was closed before. */
    boolean close(End<T> end) {
        Transfer own = null;
        Waiter others = null;
        lock();
        try {
            if (end.closed) {
                return false;
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
        for (Transfer waiter = own; waiter != null;) {
            Transfer next = waiter.nextToWake;
            waiter.wake();
            waiter = next;
        }
        wakeAll(others);
        return true;
    }

    MemoryObjectStreamStatistics statistics() {
        lock();
        try {
            boolean sending = first() instanceof Transfer first && first.end.sends;
            return new MemoryObjectStreamStatistics(buffer.size(), buffer.peak(), capacity, openSenders, openReceivers,
                    sending ? size() : 0,
                    sending ? 0 : size(), dropped);
        } finally {
            unlock();
        }
    }

    // ---- under the lock

    private Transfer enqueue(Parkable task, String what, End<T> end) {
        Transfer waiter = new Transfer(task, what, end);
        add(waiter);
        end.waiting++;
        return waiter;
    }

    /** Lets the first waiter go on: under the lock, all that are in the queue are undecided. */
    private void grant(Transfer first) {
        grantFirst();
        first.end.waiting--;
    }

    /** Puts the item of a sender at the end of the buffer and takes the oldest one. */
    private @Nullable Object rotate(Waiter sender) {
        Object item = buffer.size() == 0 ? sender.value : buffer.rotate(sender.value);
        sender.value = null;
        return item;
    }

    private @Nullable Transfer closeWaitersOf(End<T> end) {
        Transfer chain = null;
        Transfer last = null;
        for (Waiter waiter = first(); waiter != null;) {
            Waiter next = after(waiter);
            if (waiter instanceof Transfer transfer && transfer.end == end) {
                transfer.ownEndClosed = true;
                transfer.tryClose();
                unlink(transfer);
                if (last == null) {
                    chain = transfer;
                } else {
                    last.nextToWake = transfer;
                }
                last = transfer;
            }
            waiter = next;
        }
        end.waiting = 0;
        return chain;
    }

    @Override
    protected void withdrawn(Waiter waiter) {
        ((Transfer) waiter).end.waiting--;
    }

    private BrokenResourceException broken() {
        return new BrokenResourceException(
                "Every receive end of memory object stream " + id + " is closed: nobody can receive the item", null);
    }
}
