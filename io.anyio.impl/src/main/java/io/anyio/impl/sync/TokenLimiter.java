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
 * A limiter: while somebody waits, no token is left, because each one that comes free is booked on the first waiter at
 * once.
 */
final class TokenLimiter implements CapacityLimiter {
    /** A wait for a token, which is booked already. */
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
        acquire(currentTask("CapacityLimiter.acquire"), "CapacityLimiter.acquire");
    }

    @Override
    public void acquireNowait() {
        acquireNowait(currentTask("CapacityLimiter.acquireNowait"), "CapacityLimiter.acquireNowait");
    }

    @Override
    public void acquireOnBehalfOf(Object borrower) {
        acquire(borrower, "CapacityLimiter.acquireOnBehalfOf");
    }

    @Override
    public void acquireOnBehalfOfNowait(Object borrower) {
        acquireNowait(borrower, "CapacityLimiter.acquireOnBehalfOfNowait");
    }

    private static Object currentTask(String what) {
        return TaskContext.current(what).info();
    }

    private void acquire(Object borrower, String what) {
        Booking booking = newBooking(borrower, what);
        Parkable task = Parkable.current(what);
        List<Booking> others = List.of();
        while (true) {
            // Each time: the equals of a user's may have let others run.
            task.checkpoint();
            TokenWait waiter = null;
            Booking found;
            waiters.lock();
            try {
                found = bookings.find(borrower, booking.hash, others);
                if (found == null && !lend(booking)) {
                    waiter = new TokenWait(task, name.isEmpty() ? "limiter" : "limiter " + name, booking);
                    bookings.add(booking);
                    waiters.add(waiter);
                }
            } finally {
                waiters.unlock();
            }
            if (waiter != null) {
                waiter.await();
            }
            if (found == null) {
                return;
            }
            others = refuse(found, borrower, others, what);
        }
    }

    private void acquireNowait(Object borrower, String what) {
        Booking booking = newBooking(borrower, what);
        List<Booking> others = List.of();
        while (true) {
            Booking found;
            boolean lent;
            waiters.lock();
            try {
                found = bookings.find(borrower, booking.hash, others);
                lent = found == null && lend(booking);
            } finally {
                waiters.unlock();
            }
            if (lent) {
                return;
            }
            if (found == null) {
                throw new WouldBlockException(what);
            }
            others = refuse(found, borrower, others, what);
        }
    }

    private static Booking newBooking(Object borrower, String what) {
        if (borrower == null) {
            throw new NullPointerException(what + ": the borrower is null");
        }
        return new Booking(borrower, borrower.hashCode());
    }

    /** Books a token if there is one. Under the bit. */
    private boolean lend(Booking booking) {
        if (borrowed >= total || !waiters.isEmpty()) {
            return false;
        }
        bookings.add(booking);
        bookings.grant(booking);
        borrowed++;
        return true;
    }

    private List<Booking> refuse(Booking found, Object borrower, List<Booking> others, String what) {
        if (Bookings.isSurely(found, borrower) || borrower.equals(found.borrower)) {
            throw new IllegalStateException(what + ": " + borrower + " already holds or awaits one of the tokens of "
                    + this + ": a borrower has one at a time, release it first");
        }
        return plus(others, found);
    }

    private static List<Booking> plus(List<Booking> others, Booking another) {
        List<Booking> more = new ArrayList<>(others);
        more.add(another);
        return more;
    }

    @Override
    public Held hold() {
        Object borrower = currentTask("CapacityLimiter.hold");
        ReleaseOnce hold = new ReleaseOnce(() -> releaseOnBehalfOf(borrower));
        acquire(borrower, "CapacityLimiter.hold");
        return hold;
    }

    // ---- releasing

    @Override
    public void release() {
        release(currentTask("CapacityLimiter.release"), "CapacityLimiter.release");
    }

    @Override
    public void releaseOnBehalfOf(Object borrower) {
        release(Objects.requireNonNull(borrower, "CapacityLimiter.releaseOnBehalfOf: the borrower is null"),
                "CapacityLimiter.releaseOnBehalfOf");
    }

    private void release(Object borrower, String what) {
        int hash = borrower.hashCode();
        Object known = borrower;
        List<Booking> others = List.of();
        while (true) {
            Booking found;
            boolean his;
            boolean granted;
            Waiter next = null;
            waiters.lock();
            try {
                found = bookings.find(known, hash, others);
                his = found != null && Bookings.isSurely(found, known);
                granted = found != null && found.granted;
                if (found != null && his && granted) {
                    bookings.remove(found);
                    borrowed--;
                    next = grantFree();
                }
            } finally {
                waiters.unlock();
            }
            if (found == null || (his && !granted)) {
                throw new IllegalStateException(
                        what + ": " + borrower + " holds none of the tokens of " + this
                                + (found == null ? "" : ", it still waits for one"));
            }
            if (his) {
                WaitQueue.wakeAll(next);
                return;
            }
            if (borrower.equals(found.borrower)) {
                known = found.borrower;
            } else {
                others = plus(others, found);
            }
        }
    }

    /** Books the free tokens on those who wait. Under the bit. */
    private @Nullable Waiter grantFree() {
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
        Waiter first = grantFree();
        waiters.unlock();
        WaitQueue.wakeAll(first);
    }

    @Override
    public int totalTokens() {
        waiters.lock();
        int now = total;
        waiters.unlock();
        return now;
    }

    @Override
    public int borrowedTokens() {
        waiters.lock();
        int now = borrowed;
        waiters.unlock();
        return now;
    }

    @Override
    public int availableTokens() {
        waiters.lock();
        int now = total == UNLIMITED ? UNLIMITED : total - borrowed;
        waiters.unlock();
        return now;
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
            // some room more, for those that come meanwhile
            booked = new Booking[count + count / 8 + 1];
        }
    }

    @Override
    public String toString() {
        waiters.lock();
        int lent = borrowed;
        int all = total;
        int waiting = waiters.size();
        waiters.unlock();
        return "CapacityLimiter[" + (name.isEmpty() ? "" : name + ", ") + lent + " of "
                + (all == UNLIMITED ? "unlimited" : all) + " borrowed, "
                + waiting + " waiting]";
    }
}
