package io.anyio.impl.poll;

import io.anyio.impl.spin.SpinBit;
import java.nio.channels.ClosedSelectorException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a poller by a number, which the system gives back with each event: the lower half is the channel's
 * place in the table, and the upper half tells the channels apart that had the same place.
 *
 * <p>The upper half is needed because epoll goes on to tell of a closed channel while a process that was just forked
 * has its descriptor, and meanwhile the place may be another channel's ({@code PollerTest} shows both). The loop's
 * thread reads without the lock: a channel is complete when it is put into the table, and the table is published anew
 * with each.
 */
final class ChannelTable {
    private static final int SMALLEST = 64;

    private final SpinBit lock = new SpinBit();

    /** Changed under the lock. */
    private volatile @Nullable Entry[] entries = new Entry[SMALLEST];

    /** The free places: a stack. This and what follows is guarded by the lock. */
    private int[] free = new int[0];

    private int freeCount;
    private int count;
    private long added = 1;
    private boolean closed;

    /** What stands in the table. */
    abstract static class Entry {
        /** Its number once it stands there; zero, before, is nobody's. */
        long data;

        /** Who is told of its events; written before it is put into the table. */
        @Nullable
        Selectable selectable;
    }

    /** Makes an empty table, whose first places nobody gets. */
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

    /** Takes nobody any more; returns the table, from which whoever is removed meanwhile goes. */
    @Nullable
    Entry[] close() {
        lock.lock();
        closed = true;
        lock.unlock();
        return entries;
    }

    /** The table as it is, to look up events: an entry is meant by {@code data} only if it has just that number. */
    @Nullable
    Entry[] entries() {
        return entries;
    }
}
