package io.anyio.impl.sync;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterStatistics;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.WaitQueue;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.sync.Bookings.Booking;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A limiter. While a task waits, no token is free, because a token that becomes free is given to the first waiter at
 * once.
 *
 * <p>A borrower may be any object. Its {@code hashCode} and {@code equals} are user code, which may do anything and
 * take any time, so they are called under no lock. An operation looks for the borrower under the lock, compares what it
 * found under no lock, and looks again, without the bookings that belong to others. Changes by other threads in between
 * have no effect: the last look, which decides, is under the same lock as the change that follows it.
 */
final class TokenLimiter implements CapacityLimiter {
    /** A wait for a token, and the booking that gets it. */
    private static final class TokenWait extends Waiter {
        final Booking booking;

        TokenWait(Parkable task, String operation, Booking booking) {
            super(task, operation);
            this.booking = booking;
        }
    }

    private final WaitQueue<TokenWait> waiters = new WaitQueue<>() {
        @Override
        protected void withdrawn(TokenWait waiter) {
            bookings.remove(waiter.booking);
        }
    };
    private final Bookings bookings = new Bookings();
    private final String name;
    private int total;
    private int borrowed;

    TokenLimiter(int total, String name) {
        this.total = checked(total);
        this.name = name;
    }

    private static int checked(int total) {
        if (total < 0) {
            throw new IllegalArgumentException(
                    "The total of a capacity limiter is negative: " + total
                            + ", give 0 or more, or CapacityLimiter.UNLIMITED");
        }
        return total;
    }

    // ---- acquiring

    @Override
    public void acquire() {
        String what = "CapacityLimiter.acquire";
        acquire(currentTask(what), Parkable.current(what), what);
    }

    @Override
    public void acquireNowait() {
        acquire(currentTask("CapacityLimiter.acquireNowait"), null, "CapacityLimiter.acquireNowait");
    }

    @Override
    public void acquireOnBehalfOf(Object borrower) {
        String what = "CapacityLimiter.acquireOnBehalfOf";
        acquire(checked(borrower, what), Parkable.current(what), what);
    }

    @Override
    public void acquireOnBehalfOfNowait(Object borrower) {
        String what = "CapacityLimiter.acquireOnBehalfOfNowait";
        acquire(checked(borrower, what), null, what);
    }

    private static Object currentTask(String what) {
        return TaskContext.current(what).info();
    }

    private static Object checked(Object borrower, String what) {
        if (borrower == null) {
            throw new NullPointerException(what + ": the borrower is null");
        }
        return borrower;
    }

    /** Borrows a token; waits for one if a task is given. */
    private void acquire(Object borrower, @Nullable Parkable task, String what) {
        Booking booking = new Booking(borrower, borrower.hashCode());
        List<Booking> others = List.of();
        while (true) {
            if (task != null) {
                // each time: a user's equals may have let other tasks run
                task.checkpoint();
            }
            Booking found;
            boolean lent = false;
            TokenWait waiter = null;
            waiters.lockToWait();
            try {
                found = bookings.find(borrower, booking.hash, others);
                if (found == null) {
                    lent = lend(booking);
                    if (!lent && task != null) {
                        waiter = new TokenWait(task, name.isEmpty() ? "limiter" : "limiter " + name, booking);
                        bookings.add(booking);
                        waiters.add(waiter);
                    }
                }
            } finally {
                waiters.unlock();
            }
            if (waiter != null) {
                waiter.await();
                return;
            }
            if (lent) {
                return;
            }
            if (found == null) {
                throw new WouldBlockException(what);
            }
            if (isOf(found, borrower)) {
                throw new IllegalStateException(
                        what + ": " + borrower + " already holds or awaits one of the tokens of "
                                + this + ": a borrower has one at a time, release it first");
            }
            others = plus(others, found);
        }
    }

    /** Books a token if there is one; under the lock. */
    private boolean lend(Booking booking) {
        if (borrowed >= total || !waiters.isEmpty()) {
            return false;
        }
        bookings.add(booking);
        bookings.grant(booking);
        borrowed++;
        return true;
    }

    /** Whether a booking is a borrower's own; under no lock, since this calls user code. */
    private static boolean isOf(Booking found, Object borrower) {
        return Bookings.isSurely(found, borrower) || borrower.equals(found.borrower);
    }

    private static List<Booking> plus(List<Booking> others, Booking another) {
        List<Booking> more = new ArrayList<>(others);
        more.add(another);
        return more;
    }

    @Override
    public Held hold() {
        String what = "CapacityLimiter.hold";
        Object borrower = currentTask(what);
        ReleaseOnce hold = new ReleaseOnce(() -> releaseOnBehalfOf(borrower));
        acquire(borrower, Parkable.current(what), what);
        return hold;
    }

    // ---- releasing

    @Override
    public void release() {
        release(currentTask("CapacityLimiter.release"), "CapacityLimiter.release");
    }

    @Override
    public void releaseOnBehalfOf(Object borrower) {
        release(checked(borrower, "CapacityLimiter.releaseOnBehalfOf"), "CapacityLimiter.releaseOnBehalfOf");
    }

    private void release(Object borrower, String what) {
        int hash = borrower.hashCode();
        Object known = borrower;
        List<Booking> others = List.of();
        while (true) {
            Booking found;
            boolean sure;
            boolean released = false;
            TokenWait next = null;
            waiters.lock();
            try {
                found = bookings.find(known, hash, others);
                sure = found != null && Bookings.isSurely(found, known);
                if (found != null && sure && found.granted) {
                    released = true;
                    bookings.remove(found);
                    borrowed--;
                    next = grantFree();
                }
            } finally {
                waiters.unlock();
            }
            if (released) {
                WaitQueue.wakeAll(next);
                return;
            }
            if (found == null || sure) {
                throw new IllegalStateException(
                        what + ": " + borrower + " holds none of the tokens of " + this
                                + (found == null ? "" : ", it still waits for one"));
            }
            if (borrower.equals(found.borrower)) {
                // the next round certainly finds that object
                known = found.borrower;
            } else {
                others = plus(others, found);
            }
        }
    }

    /** Gives the free tokens to the first waiters; under the lock. Returns the chain to be woken. */
    private @Nullable TokenWait grantFree() {
        int free = Math.min(total - borrowed, waiters.size());
        if (free <= 0) {
            return null;
        }
        TokenWait waiter = waiters.first();
        for (int i = 0; i < free && waiter != null; i++) {
            bookings.grant(waiter.booking);
            waiter = waiters.after(waiter);
        }
        borrowed += free;
        return waiters.grantFirst(free);
    }

    // ---- the total

    @Override
    public void totalTokens(int newTotal) {
        checked(newTotal);
        waiters.lock();
        total = newTotal;
        waiters.unlockAndWake(grantFree());
    }

    // ---- reading

    /** The counts at one moment. */
    private record Counts(int borrowed, int total, int waiting) {
        String totalText() {
            return total == UNLIMITED ? "unlimited" : String.valueOf(total);
        }
    }

    private Counts counts() {
        waiters.lock();
        int lent = borrowed;
        int all = total;
        int waiting = waiters.size();
        waiters.unlock();
        return new Counts(lent, all, waiting);
    }

    @Override
    public int totalTokens() {
        return counts().total;
    }

    @Override
    public int borrowedTokens() {
        return counts().borrowed;
    }

    @Override
    public int availableTokens() {
        Counts now = counts();
        return now.total == UNLIMITED ? UNLIMITED : now.total - now.borrowed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CapacityLimiterStatistics statistics() {
        @Nullable
        Booking[] booked = new Booking[0];
        while (true) {
            waiters.lock();
            int count = bookings.copyTo(booked);
            int lent = borrowed;
            int all = total;
            int waiting = waiters.size();
            waiters.unlock();
            if (count <= booked.length) {
                List<Object> borrowers = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    borrowers.add(Objects.requireNonNull(booked[i]).borrower);
                }
                return new CapacityLimiterStatistics(lent, all, borrowers, waiting);
            }
            // with some space for borrowers that come meanwhile
            booked = new Booking[count + count / 8 + 1];
        }
    }

    @Override
    public String toString() {
        Counts now = counts();
        return "CapacityLimiter[" + (name.isEmpty() ? "" : name + ", ") + now.borrowed + " of " + now.totalText()
                + " borrowed, " + now.waiting + " waiting]";
    }
}
