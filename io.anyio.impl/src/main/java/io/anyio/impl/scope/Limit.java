package io.anyio.impl.scope;

import io.anyio.api.task.Deadline;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.time.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The time limit of a scope: its deadline and the source of that, and the request to finish, whose grace also ends with
 * a deadline. It is the timer of that deadline.
 *
 * <p>The earliest of deadline, timeout and grace counts. A timeout counts from the entry of the scope; a grace counts
 * from the request, or from the entry if that is later. The request is made from any thread. The deadline is set in the
 * loop, or before the scope is entered, and read from any thread.
 */
final class Limit extends Timer {
    // no VarHandle: see SpinBit
    private static final AtomicReferenceFieldUpdater<Limit, Finish> FINISH = AtomicReferenceFieldUpdater.newUpdater(
            Limit.class, Finish.class, "finish");

    /** Called by the timer. */
    interface Limited {
        /** The deadline has passed, unless it was moved meanwhile; in the loop, see {@link Timer#fire}. */
        void deadlineCame();

        /** The deadline has passed while a task may keep the loop busy; see {@link Timer#expire}. */
        void deadlinePassed();
    }

    /** A scope of another loop, in which the scope lies. From any thread. */
    interface Beyond {
        /** Whether it, or a scope around it, is asked to finish. */
        boolean finishRequested();

        /** The earliest deadline of it and the scopes around it. */
        Deadline earliestDeadline();
    }

    private enum Source {
        DEADLINE, TIMEOUT, GRACE
    }

    /**
     * A request to finish: the caller, the grace, and its end, which is not known before the scope is entered.
     */
    private record Finish(String request, Duration grace, @Nullable Deadline end) {
        Finish from(Deadline now) {
            return end == null ? new Finish(request, grace, now.plus(grace)) : this;
        }

        Finish shorter(Finish other) {
            boolean sooner = end == null || other.end == null
                    ? other.grace.compareTo(grace) < 0
                    : other.end.isBefore(end);
            return sooner ? other : this;
        }
    }

    private final Limited limited;
    private final @Nullable Duration timeout;
    private Source source = Source.DEADLINE;
    private volatile Deadline deadline;
    private volatile @Nullable Finish finish;

    /** The scope of another loop whose requests and deadlines count here, too. Set before the scope is entered. */
    private @Nullable Beyond beyond;

    Limit(Limited limited, Deadline deadline, @Nullable Duration timeout) {
        this.limited = limited;
        this.deadline = deadline;
        this.timeout = timeout;
    }

    // ---- the scope beyond

    void beyond(Beyond scope) {
        beyond = scope;
    }

    @Nullable
    Beyond beyond() {
        return beyond;
    }

    // ---- the deadline

    Deadline deadline() {
        return deadline;
    }

    /** Replaces the deadline, whatever its source. A request to finish remains, without its grace. */
    void deadline(Deadline changed) {
        source = Source.DEADLINE;
        deadline = changed;
        Finish asked;
        do {
            asked = finish;
        } while (asked != null && asked.end != null
                && !FINISH.compareAndSet(this, asked, new Finish(asked.request, asked.grace, Deadline.NEVER)));
    }

    /** Called when the scope was entered: timeout and grace count from now on. In the loop. */
    void begin(Loop loop) {
        if (timeout != null) {
            shorten(now(loop).plus(timeout), Source.TIMEOUT);
        }
        beginGrace(loop);
    }

    private void shorten(Deadline other, Source from) {
        if (other.isBefore(deadline)) {
            source = from;
            deadline = other;
        }
    }

    boolean hasPassed(Loop loop) {
        return !deadline.equals(Deadline.NEVER) && !now(loop).isBefore(deadline);
    }

    static Deadline now(Loop loop) {
        return new Deadline(loop.clock.nanoTime());
    }

    // ---- the timer, in the loop

    /** Starts the timer, or fires it at once if the deadline has passed. */
    void start(Loop loop) {
        if (deadline.equals(Deadline.NEVER)) {
            return;
        }
        if (now(loop).isBefore(deadline)) {
            loop.schedule(this, deadline.nanos());
        } else {
            fire();
        }
    }

    void stop(Loop loop) {
        if (!deadline.equals(Deadline.NEVER)) {
            loop.unschedule(this);
        }
    }

    @Override
    public void fire() {
        limited.deadlineCame();
    }

    @Override
    public void expire() {
        limited.deadlinePassed();
    }

    // ---- the request to finish

    /**
     * Requests the tasks to finish; of several graces, the one that ends first counts. From any thread.
     *
     * @param by the caller, for messages
     * @param grace the time that is left
     * @param loop the scope's loop, or null before the scope is entered
     */
    void askToFinish(String by, Duration grace, @Nullable Loop loop) {
        Finish request = new Finish(by, grace, loop == null ? null : now(loop).plus(grace));
        Finish before;
        do {
            before = finish;
        } while (!FINISH.compareAndSet(this, before, before == null ? request : before.shorter(request)));
    }

    /** Requests the tasks to finish, without a grace. From any thread. */
    void askToFinish(String by) {
        Finish unlimited = new Finish(by, Duration.ofNanos(Long.MAX_VALUE), Deadline.NEVER);
        boolean _ = FINISH.compareAndSet(this, null, unlimited);
    }

    /** Starts the grace, unless it has started; its end is a deadline. In the loop. */
    void beginGrace(Loop loop) {
        Finish asked;
        Finish counted;
        do {
            asked = finish;
            if (asked == null) {
                return;
            }
            counted = asked.from(now(loop));
        } while (!FINISH.compareAndSet(this, asked, counted));
        shorten(Objects.requireNonNull(counted.end), Source.GRACE);
    }

    boolean finishRequested() {
        Beyond outer = beyond;
        return finish != null || (outer != null && outer.finishRequested());
    }

    // ---- messages

    /** The reason of the cancellation, if the deadline has passed. */
    String why() {
        return switch (source) {
            case DEADLINE -> "because its deadline passed";
            case TIMEOUT -> "because its deadline passed, after " + timeout;
            case GRACE -> "because its deadline passed: it was asked to finish " + request();
        };
    }

    /** How the scope timed out; continues a message that starts with the scope. */
    String howItTimedOut() {
        return switch (source) {
            case DEADLINE -> "reached its deadline";
            case TIMEOUT -> "timed out after " + timeout;
            case GRACE -> "did not finish in time: it was asked to finish " + request();
        };
    }

    private String request() {
        Finish asked = finish;
        return asked == null ? "" : asked.request;
    }
}
