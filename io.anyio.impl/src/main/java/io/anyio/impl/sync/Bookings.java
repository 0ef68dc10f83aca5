package io.anyio.impl.sync;

import io.anyio.api.task.TaskInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The borrowers of a limiter, and the objects that wait to become one, by their hash codes. Used under the lock of the
 * limiter's queue, under which no user code may run.
 *
 * <p>So the caller calls the borrower's {@code hashCode} earlier, once for each operation. {@link #find} cannot call
 * {@code equals} either: it returns bookings with the same hash code, one for each call, and the caller compares them
 * under no lock.
 *
 * <p>Borrowers that have a token are also in an array without gaps, so that a snapshot is one copy of memory. Only a
 * new booking needs memory: a grant and a release cannot fail for lack of it. {@code CapacityLimiterTest} has borrowers
 * whose {@code hashCode} and {@code equals} break their contracts.
 */
final class Bookings {
    private static final int SMALLEST = 4;

    /** A borrower with a token, or waiting for one. */
    static final class Booking {
        final Object borrower;
        final int hash;
        boolean granted;

        /** Its index among the bookings with a token. */
        private int place;

        /** In its chain. */
        private @Nullable Booking next;

        Booking(Object borrower, int hash) {
            this.borrower = borrower;
            this.hash = hash;
        }
    }

    /** Chains of bookings, each with those whose hash codes belong to its place. */
    private @Nullable Booking[] chains = new Booking[SMALLEST];

    /** The bookings with a token, with space for all that wait for one. As long as the table of chains. */
    private @Nullable Booking[] granted = new Booking[SMALLEST];
    private int count;
    private int known;

    /**
     * Finds the booking of a borrower. If none is certainly its own, returns one that may be and is not among
     * {@code others}; null if there is none.
     */
    @Nullable
    Booking find(Object borrower, int hash, List<Booking> others) {
        Booking first = chains[chain(hash, chains.length)];
        for (Booking booking = first; booking != null; booking = booking.next) {
            if (isSurely(booking, borrower)) {
                return booking;
            }
        }
        for (Booking booking = first; booking != null; booking = booking.next) {
            if (booking.hash == hash && !(borrower instanceof TaskInfo && booking.borrower instanceof TaskInfo)
                    && !others.contains(booking)) {
                return booking;
            }
        }
        return null;
    }

    private static int chain(int hash, int length) {
        // the upper half counts too: the lower one may be the same in all
        return (hash ^ hash >>> Short.SIZE) & (length - 1);
    }

    /** Whether a booking is certainly a borrower's own, without calling user code. */
    static boolean isSurely(Booking booking, Object borrower) {
        return booking.borrower == borrower
                || (borrower instanceof TaskInfo task && booking.borrower instanceof TaskInfo
                        && task.equals(booking.borrower));
    }

    void add(Booking booking) {
        if (known == granted.length) {
            grow(2 * known);
        }
        addTo(chains, booking);
        known++;
    }

    private void grow(int length) {
        @Nullable
        Booking[] wider = new Booking[length];
        granted = Arrays.copyOf(granted, length);
        for (Booking first : chains) {
            Booking booking = first;
            while (booking != null) {
                Booking next = booking.next;
                addTo(wider, booking);
                booking = next;
            }
        }
        chains = wider;
    }

    private static void addTo(@Nullable Booking[] table, Booking booking) {
        int chain = chain(booking.hash, table.length);
        booking.next = table[chain];
        table[chain] = booking;
    }

    /** Gives a booking its token. */
    void grant(Booking booking) {
        booking.granted = true;
        booking.place = count;
        granted[count] = booking;
        count++;
    }

    private void giveBack(Booking booking) {
        count--;
        Booking last = Objects.requireNonNull(granted[count]);
        granted[booking.place] = last;
        last.place = booking.place;
        granted[count] = null;
    }

    void remove(Booking booking) {
        if (booking.granted) {
            giveBack(booking);
        }
        known--;
        takeOut(booking);
    }

    private void takeOut(Booking booking) {
        int chain = chain(booking.hash, chains.length);
        Booking first = chains[chain];
        if (first == booking) {
            chains[chain] = booking.next;
            return;
        }
        for (Booking before = first; before != null; before = before.next) {
            if (before.next == booking) {
                before.next = booking.next;
                return;
            }
        }
    }

    /** Copies the bookings with a token into an array, if it has space for all; returns how many there are. */
    int copyTo(@Nullable Booking[] target) {
        if (count <= target.length) {
            System.arraycopy(granted, 0, target, 0, count);
        }
        return count;
    }
}
