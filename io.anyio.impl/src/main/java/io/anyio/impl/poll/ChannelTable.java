package io.anyio.impl.poll;

import io.anyio.impl.spin.SpinBit;
import java.nio.channels.ClosedSelectorException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a poller by a number that the system returns with each event. The lower half is the channel's place
 * in the table. The upper half distinguishes channels that had the same place.
 *
 * <p>The upper half is needed because epoll still reports events of a closed channel while a process that was just
 * forked has its descriptor. Meanwhile another channel may have the place ({@code PollerTest} shows both). The loop's
 * thread reads without the lock: a channel is complete when it is added to the table, and each addition publishes the
 * table anew.
 */
final class ChannelTable {
    private static final int SMALLEST = 64;

    private final SpinBit lock = new SpinBit();

    /** Changed under the lock. */
    private volatile @Nullable Entry[] entries = new Entry[SMALLEST];

    /** A stack of the free places. This and the fields below are guarded by the lock. */
    private int[] free = new int[0];

    private int freeCount;
    private int count;
    private long added = 1;
    private boolean closed;

    /** An entry of the table. */
    abstract static class Entry {
        /** Its number once it is in the table; zero before, which is the number of no channel. */
        long data;

        /** Is told of its events; written before it is added to the table. */
        @Nullable
        Selectable selectable;
    }

    /** Makes an empty table, whose first places are never given away. */
    ChannelTable(int reserved) {
        addFree(reserved, SMALLEST);
    }

    private void addFree(int from, int until) {
        free = Arrays.copyOf(free, until);
        for (int place = until - 1; place >= from; place--) {
            free[freeCount++] = place;
        }
    }

    void add(Entry entry) {
        lock.lock();
        try {
            if (closed) {
                throw new ClosedSelectorException();
            }
            @Nullable
            Entry[] table = entries;
            if (freeCount == 0) {
                table = Arrays.copyOf(table, 2 * table.length);
                addFree(entries.length, table.length);
            }
            int place = free[--freeCount];
            entry.data = added++ << Integer.SIZE | place;
            table[place] = entry;
            entries = table;
            count++;
        } finally {
            lock.unlock();
        }
    }

    void remove(Entry entry) {
        lock.lock();
        int place = (int) entry.data;
        if (entries[place] == entry) {
            entries[place] = null;
            free[freeCount++] = place;
            count--;
        }
        lock.unlock();
    }

    boolean isEmpty() {
        lock.lock();
        boolean empty = count == 0;
        lock.unlock();
        return empty;
    }

    /** Closes the table: it accepts no entries any more. Returns its array, from which entries are still removed. */
    @Nullable
    Entry[] close() {
        lock.lock();
        closed = true;
        lock.unlock();
        return entries;
    }

    /**
     * The current array, to look up events. An event belongs to an entry only if {@code data} is exactly the entry's
     * number.
     */
    @Nullable
    Entry[] entries() {
        return entries;
    }
}
