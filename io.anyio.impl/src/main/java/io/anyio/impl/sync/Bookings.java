package io.anyio.impl.sync;

import io.anyio.api.task.TaskInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The borrowers of a limiter, and those that wait to become one, by their hash codes. Used under the lock of the
 * limiter's queue, under which no code of a user may run.
 *
 * <p>So the caller takes the borrower's {@code hashCode} before, once for each operation. {@link #find} cannot call
 * {@code equals} either: it returns bookings with the same hash code, one for each call, and the caller compares them
 * under no lock.
 *
 * <p>Borrowers that have a token are also in an array without gaps, so that a snapshot is one copy of memory.
 * {@code CapacityLimiterTest} has borrowers whose {@code hashCode} and {@code equals} do what they should not.
 */
final class Bookings {
    /** A borrower with a token, or waiting for one. */
    static final class Booking {
        final Object borrower;
        /** Of the borrower; boxed once, for the map. */
        final Integer hash;
        boolean granted;

        /** Its index among the bookings with a token. */
        private int place;

        private @Nullable Booking next;

        Booking(Object borrower, Integer hash) {
            this.borrower = borrower;
            this.hash = hash;
        }
    }

    private final HashMap<Integer, Booking> byHash = new HashMap<>();

    /**
     * The bookings with a token, and room for all that wait for one: a grant needs no memory, so it cannot fail
     * half-way.
     */
    private @Nullable Booking[] granted = new Booking[4];
    private int count;
    private int known;

    /**
     * Looks for the booking of a borrower. If none is surely its own, returns one that may be, unless it is one of
     * {@code others}; null if there is none.
     */
    @Nullable
    Booking find(Object borrower, Integer hash, List<Booking> others) {
        Booking first = byHash.get(hash);
        for (Booking booking = first; booking != null; booking = booking.next) {
            if (isSurely(booking, borrower)) {
                return booking;
            }
        }
        for (Booking booking = first; booking != null; booking = booking.next) {
            if (!(borrower instanceof TaskInfo && booking.borrower instanceof TaskInfo) && !others.contains(booking)) {
                return booking;
            }
        }
        return null;
    }

    /** Whether a booking is a borrower's own, as far as that can be told without a user's code. */
    static boolean isSurely(Booking booking, Object borrower) {
        return booking.borrower == borrower
                || (borrower instanceof TaskInfo task && booking.borrower instanceof TaskInfo
                        && task.equals(booking.borrower));
    }

    void add(Booking booking) {
        if (known == granted.length) {
            granted = Arrays.copyOf(granted, 2 * known);
        }
        // before the map has it: a map that cannot grow, for want of memory, throws but has the new entry
        booking.next = byHash.get(booking.hash);
        boolean added = false;
        try {
            byHash.put(booking.hash, booking);
            known++;
            added = true;
        } finally {
            if (!added) {
                takeOut(booking);
            }
        }
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
        Booking first = byHash.get(booking.hash);
        if (first == booking) {
            if (booking.next == null) {
                byHash.remove(booking.hash);
            } else {
                byHash.put(booking.hash, booking.next);
            }
            return;
        }
        for (Booking before = first; before != null; before = before.next) {
            if (before.next == booking) {
                before.next = booking.next;
                return;
            }
        }
    }

    /** Copies the bookings with a token into an array, if it has room for all; returns how many there are. */
    int copyTo(@Nullable Booking[] target) {
        if (count <= target.length) {
            System.arraycopy(granted, 0, target, 0, count);
        }
        return count;
    }
}
