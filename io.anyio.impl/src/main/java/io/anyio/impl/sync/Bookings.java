package io.anyio.impl.sync;

import io.anyio.api.task.TaskInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A limiter's borrowers and those that wait to become one, by their hashes; under the bit of the limiter's queue, under
 * which no code of a user's may run.
 *
 * <p>Those with a token also stand in an array without gaps, so that a snapshot is one copy of memory.
 *
 * <p>Hence a borrower's {@code hashCode} is taken before, and of those with the same hash that are not the same object
 * {@link #find} returns one after the other, whose {@code equals} the caller asks outside of the bit.
 */
final class Bookings {
    /** A borrower with a token, or waiting for one. */
    static final class Booking {
        final Object borrower;
        final int hash;
        boolean granted;

        /** Where it stands among those with a token. */
        private int place;

        private @Nullable Booking next;

        Booking(Object borrower, int hash) {
            this.borrower = borrower;
            this.hash = hash;
        }
    }

    private final HashMap<Integer, Booking> byHash = new HashMap<>();

    /** Those with a token, and room for all that wait for one: a grant takes no memory, and cannot fail half-way. */
    private @Nullable Booking[] granted = new Booking[4];
    private int count;
    private int known;

    /**
     * Looks for a borrower: a booking that is his, or may be his if it is not one of {@code others}; null if he has
     * none.
     */
    @Nullable
    Booking find(Object borrower, int hash, List<Booking> others) {
        for (Booking booking = byHash.get(hash); booking != null; booking = booking.next) {
            if (isSurely(booking, borrower)) {
                return booking;
            }
        }
        for (Booking booking = byHash.get(hash); booking != null; booking = booking.next) {
            if (!(borrower instanceof TaskInfo && booking.borrower instanceof TaskInfo) && !others.contains(booking)) {
                return booking;
            }
        }
        return null;
    }

    /** Whether a booking is a borrower's, as far as that can be said without code of a user's. */
    static boolean isSurely(Booking booking, Object borrower) {
        return booking.borrower == borrower
                || (borrower instanceof TaskInfo task && booking.borrower instanceof TaskInfo
                        && task.equals(booking.borrower));
    }

    void add(Booking booking) {
        if (known == granted.length) {
            granted = Arrays.copyOf(granted, 2 * known);
        }
        // a map that fails to grow has the new entry already
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

    /** A booking is given its token. */
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

    /** Copies those with a token into an array if they have room there; tells how many they are. */
    int copyTo(@Nullable Booking[] target) {
        if (count <= target.length) {
            System.arraycopy(granted, 0, target, 0, count);
        }
        return count;
    }
}
