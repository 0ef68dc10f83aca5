package io.anyio.impl.sync;

import io.anyio.api.task.TaskInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A limiter's borrowers and those that wait to become one, by their hashes; under the bit of the limiter's queue, under which no code of a user's may run.
 *
 * <p>Hence a borrower's {@code hashCode} is taken before, and of those with the same hash that are not the same object {@link #find} returns one after the other, whose {@code equals} the caller asks outside of the bit.
 */
final class Bookings {
    /** A borrower with a token, or waiting for one. */
    static final class Booking {
        final Object borrower;
        final int hash;
        boolean granted;
        private @Nullable Booking next;

        Booking(Object borrower, int hash) {
            this.borrower = borrower;
            this.hash = hash;
        }
    }

    private final HashMap<Integer, Booking> byHash = new HashMap<>();

    /** Looks for a borrower: a booking that is his, or may be his if it is not one of {@code others}; null if he has none. */
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
                || (borrower instanceof TaskInfo task && booking.borrower instanceof TaskInfo && task.equals(booking.borrower));
    }

    void add(Booking booking) {
        booking.next = byHash.put(booking.hash, booking);
    }

    void remove(Booking booking) {
        Booking first = byHash.get(booking.hash);
        if (first == booking) {
            if (booking.next == null) {
                byHash.remove(booking.hash);
            } else {
                byHash.put(booking.hash, booking.next);
            }
            return;
        }
        for (Booking before = Objects.requireNonNull(first); before.next != null; before = before.next) {
            if (before.next == booking) {
                before.next = booking.next;
                return;
            }
        }
    }

    List<Object> borrowers() {
        List<Object> borrowers = new ArrayList<>();
        for (Booking first : byHash.values()) {
            for (Booking booking = first; booking != null; booking = booking.next) {
                if (booking.granted) {
                    borrowers.add(booking.borrower);
                }
            }
        }
        return borrowers;
    }
}
