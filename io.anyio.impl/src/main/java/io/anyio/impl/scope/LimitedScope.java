package io.anyio.impl.scope;

import io.anyio.api.task.Deadline;
import io.anyio.api.task.ScopeOptions;
import io.anyio.impl.loop.Job;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.spin.StackReserve;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The time of a scope: its deadline, and the request to finish within a grace. A scope without either has no
 * {@link Limit}. What happens when the time is up is left to the scope.
 *
 * <p>A request from another thread is written first, and then the tree is read. The entry of the scope writes the tree
 * first and then reads the request. So at least one of them sees the other.
 *
 * @param <S> the type of the scopes
 */
abstract class LimitedScope<S extends LimitedScope<S>> extends CancelNode<S> implements Limit.Limited, Limit.Beyond {
    // no VarHandle: see SpinBit
    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<LimitedScope, Limit> LIMIT = AtomicReferenceFieldUpdater
            .newUpdater(LimitedScope.class, Limit.class, "limit");

    private volatile @Nullable Limit limit;

    /** Posted for a request to finish. */
    private record GraceStart(LimitedScope<?> scope) implements Job {
        @Override
        public void run() {
            scope.startGrace();
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }

    LimitedScope(ScopeOptions options) {
        super(options.shield());
        if (options.timeout() != null || !options.deadline().equals(Deadline.NEVER)) {
            this.limit = new Limit(this, options.deadline(), options.timeout());
        }
    }

    /** The tree of the scope while it is entered, else null. From any thread. */
    abstract @Nullable ScopeTree activeTree();

    /** The tree of the scope once it was entered. From any thread. */
    abstract ScopeTree tree();

    // ---- the limit

    /** The limit, if there is one. From any thread. */
    final @Nullable Limit limitOrNull() {
        return limit;
    }

    /** The limit, made by the first caller that needs one. From any thread. */
    final Limit limit() {
        Limit known = limit;
        if (known == null) {
            Limit made = new Limit(this, Deadline.NEVER, null);
            known = LIMIT.compareAndSet(this, null, made) ? made : Objects.requireNonNull(limit);
        }
        return known;
    }

    /** The limit, if its deadline has passed. From any thread. */
    final @Nullable Limit passedLimit() {
        Limit known = limit;
        return known != null && known.hasPassed(tree().loop) ? known : null;
    }

    /** Starts the timer when the scope is entered: timeout and grace count from now on. */
    final void beginLimit(Loop loop) {
        Limit relative = limit;
        if (relative != null) {
            relative.begin(loop);
            startTimer();
        }
    }

    private void startTimer() {
        Limit known = limit;
        ScopeTree active = activeTree();
        if (known != null && active != null && !isCancelled()) {
            known.start(active.loop);
        }
    }

    final void stopTimer() {
        Limit known = limit;
        ScopeTree active = activeTree();
        if (known != null && active != null) {
            known.stop(active.loop);
        }
    }

    // ---- the deadline

    @Override
    public final Deadline deadline() {
        Limit known = limit;
        return known == null ? Deadline.NEVER : known.deadline();
    }

    @Override
    public final void deadline(Deadline newDeadline) {
        Objects.requireNonNull(newDeadline, "CancelScope.deadline: the deadline is null");
        ScopeTree active = activeTree();
        if (active != null) {
            active.checkInLoop("deadline");
        }
        StackReserve.forOperation();
        Limit changed = limit();
        if (active != null) {
            stopTimer();
        }
        try {
            changed.deadline(newDeadline);
        } finally {
            if (active != null) {
                startTimer();
            }
        }
    }

    /** The earliest deadline that applies here. In the loop. */
    public final Deadline effectiveDeadline() {
        return isEffective() ? Deadline.PAST : earliestDeadline();
    }

    @Override
    public final Deadline earliestDeadline() {
        Deadline earliest = Deadline.NEVER;
        for (S scope = self(); scope != null; scope = scope.visibleParent()) {
            Limit known = scope.limitOrNull();
            if (known != null) {
                Limit.Beyond beyond = known.beyond();
                earliest = earlier(earlier(earliest, known.deadline()),
                        beyond == null ? Deadline.NEVER : beyond.earliestDeadline());
            }
        }
        return earliest;
    }

    private static Deadline earlier(Deadline one, Deadline other) {
        return other.isBefore(one) ? other : one;
    }

    // ---- the request to finish

    @Override
    public final void cancel(Duration newGrace) {
        Objects.requireNonNull(newGrace, "CancelScope.cancel: the grace is null");
        StackReserve.forOperation();
        // made before the request: without memory for it nothing is requested; in the loop none is needed
        ScopeTree known = activeTree();
        Job start = known != null && known.loop.inLoop() ? null : new GraceStart(this);
        limit().askToFinish("by " + CancelReason.caller() + " within " + newGrace, newGrace,
                known == null ? null : known.loop);
        // read after the request was written, see above
        ScopeTree active = activeTree();
        if (active == null) {
            return;
        }
        if (start == null || active.loop.inLoop()) {
            startGrace();
        } else {
            active.loop.post(start);
        }
    }

    private void startGrace() {
        ScopeTree active = activeTree();
        if (active != null) {
            stopTimer();
            try {
                limit().beginGrace(active.loop);
            } finally {
                // without memory for the grace, the former deadline counts
                startTimer();
            }
        }
    }

    /** Asks the tasks in this scope to finish, without a time limit of its own. In the loop. */
    public final void requestFinish(String by) {
        limit().askToFinish(by);
    }

    @Override
    public final boolean finishRequested() {
        ScopeTree entered = activeTree();
        if (entered != null) {
            entered.watchFinish();
        }
        for (S scope = self(); scope != null; scope = scope.visibleParent()) {
            Limit known = scope.limitOrNull();
            if (scope.cancelCalled() || (known != null && known.finishRequested())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether any task of the loop calls {@link #finishRequested}. From any thread.
     *
     * @return false if no task would notice a request to finish
     */
    public final boolean finishIsWatched() {
        return tree().finishIsWatched();
    }
}
