package io.anyio.impl.task;

import io.anyio.api.debug.ScopeDTO;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TimedOutException;
import io.anyio.impl.jfr.Recorder;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A cancel scope: a node of its loop's tree, and the timer of its own deadline.
 *
 * <p>Each entered scope has one owner, the task that runs it; a task stands in one scope, its innermost.
 * {@code effective} caches whether a checkpoint of that task throws, so that it reads one flag: a cancel walks down the
 * tree once, in the loop, and wakes those who wait. What is volatile is set from any thread and only tells; the rest is
 * confined to the loop.
 *
 * <p>A scope is cancelled by one CAS of {@code reason}, which also tells whether the deadline did it. Whoever acts on a
 * deadline that has passed, on whatever thread, makes that CAS first: what was thrown or interrupted because of a
 * deadline cannot be taken back by moving it ({@code ObservedDeadlineTest}).
 */
public final class Scope extends Timer implements CancelScope {
    // no VarHandles: see SpinBit
    private static final AtomicReferenceFieldUpdater<Scope, Reason> REASON = AtomicReferenceFieldUpdater
            .newUpdater(Scope.class, Reason.class, "reason");
    private static final AtomicReferenceFieldUpdater<Scope, Phase> PHASE = AtomicReferenceFieldUpdater
            .newUpdater(Scope.class, Phase.class, "phase");
    private static final AtomicReferenceFieldUpdater<Scope, Finish> FINISH = AtomicReferenceFieldUpdater
            .newUpdater(Scope.class, Finish.class, "finish");

    private static final String CANCELLED = "Cancelled";

    /** For what has to be cancelled when there is no memory to say why. */
    private static final Reason FAILED = new Reason("because a task of the group failed", false);

    private enum Phase {
        /** Not yet entered. */
        NEW,
        /** Its block runs. */
        ENTERED,
        /** It was left. */
        EXITED,
        /**
         * It was left with something that is for a scope around it, which is cancelled: cancellations of this one may
         * be in it.
         */
        PASSED
    }

    /** Who cancelled and why, and whether it was the deadline. */
    private record Reason(String text, boolean byDeadline) {}

    /** Who asked to finish, within what time, and when that ends; before the scope is entered the end is not known. */
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

    /** Where the deadline comes from. */
    private enum Limit {
        DEADLINE, TIMEOUT, GRACE
    }

    private final String name;

    // set from any thread; who cancelled and why is the flag that tells of it, so that nobody sees a cancellation
    // without its reason
    private volatile @Nullable Reason reason;
    private volatile @Nullable Finish finish;

    // read from any thread, set in the loop
    private volatile @Nullable Run run;
    private volatile Phase phase = Phase.NEW;
    private volatile Deadline deadline;
    private volatile boolean cancelledCaught;
    private volatile boolean shield;

    // confined to the loop
    private final @Nullable Duration timeout;
    private Limit limit = Limit.DEADLINE;
    private boolean cancelled;
    private boolean effective;
    private @Nullable CancelledError caught;
    private @Nullable Task<?> owner;
    private @Nullable Scope parent;
    private @Nullable Scope firstChild;
    private @Nullable Scope nextSibling;
    private @Nullable Scope previousSibling;

    Scope(ScopeOptions options) {
        this.name = options.name();
        this.timeout = options.timeout();
        this.deadline = options.deadline();
        this.shield = options.shield();
    }

    static Scope root(Run run) {
        Scope scope = new Scope(ScopeOptions.DEFAULT);
        scope.run = run;
        scope.phase = Phase.ENTERED;
        return scope;
    }

    /**
     * Makes a scope that no task owns, in another one: for what supervises the tasks of a service. In the loop.
     *
     * @param parent the enclosing scope
     * @return the scope, to be left with {@link #leaveUnowned}
     */
    public static Scope within(Scope parent) {
        Scope scope = new Scope(ScopeOptions.DEFAULT);
        scope.link(null, parent.runOrThrow(), parent);
        return scope;
    }

    /**
     * The task leaves the scope while tasks are still in it, which has to be cancelled: nobody owns it from now on. On
     * the owner's thread.
     */
    void orphan() {
        Task<?> task = owner;
        if (task != null && parent != null) {
            task.scope(parent);
            owner = null;
            moveTo(runOrThrow().root);
        }
    }

    /** Leaves a scope that no task owns. In the loop. */
    public void leaveUnowned() {
        unlink(Phase.EXITED);
    }

    // ---- entering and leaving, in the loop

    /** Enters a task's own scope, before the task starts. */
    void enterRoot(Task<?> task, Scope enclosing) {
        link(task, task.run, enclosing);
    }

    void enter(Task<?> task) {
        StackReserve.forScope();
        link(task, task.run, task.scope());
        task.scope(this);
    }

    private void link(@Nullable Task<?> task, Run ofRun, Scope enclosing) {
        if (!PHASE.compareAndSet(this, Phase.NEW, Phase.ENTERED)) {
            throw new IllegalStateException(phase == Phase.ENTERED
                    ? "The cancel scope" + quotedName() + " is active in the task '" + ownerName()
                            + "': a scope is run once"
                    : "The cancel scope" + quotedName() + " was left before: a scope is run once, make a new one");
        }
        owner = task;
        boolean linked = false;
        try {
            hang(enclosing, ofRun);
            linked = true;
        } finally {
            if (!linked) {
                unlink(Phase.EXITED);
            }
        }
    }

    private void hang(Scope enclosing, Run ofRun) {
        hang(enclosing);
        run = ofRun;
        // Read after run was written: a canceller on another thread either is seen here, or sees the run and posts.
        cancelled = reason != null;
        effective(cancelled || (!shield && enclosing.effective));
        if (timeout != null) {
            Deadline relative = now().plus(timeout);
            if (relative.isBefore(deadline)) {
                limit = Limit.TIMEOUT;
                deadline = relative;
            }
        }
        applyGrace();
        startTimer();
    }

    private void unlink(Phase left) {
        stopTimer();
        phase = left;
        cut();
    }

    private void hang(Scope enclosing) {
        parent = enclosing;
        nextSibling = enclosing.firstChild;
        if (nextSibling != null) {
            nextSibling.previousSibling = this;
        }
        enclosing.firstChild = this;
    }

    private void cut() {
        if (previousSibling != null) {
            previousSibling.nextSibling = nextSibling;
        } else if (parent != null) {
            parent.firstChild = nextSibling;
        }
        if (nextSibling != null) {
            nextSibling.previousSibling = previousSibling;
        }
        nextSibling = null;
        previousSibling = null;
    }

    /**
     * Moves the scope with all that is in it under another one; for a task that has told that it is ready. In the loop.
     */
    void moveTo(Scope enclosing) {
        cut();
        hang(enclosing);
        if (enclosing.effective) {
            markEffective();
        }
    }

    /**
     * Leaves the scope and decides about what was thrown inside. A cancellation of this scope ends here, unless a scope
     * around it that it sees is cancelled too.
     *
     * @param thrown what the block threw, or null
     * @return what leaves the scope, or null for nothing
     */
    @Nullable
    Throwable exit(@Nullable Throwable thrown) {
        boolean passes = false;
        try {
            if (thrown == null) {
                return null;
            }
            settleDecided();
            passes = isCancelledFromOutside();
            if (passes || !cancelled) {
                return thrown;
            }
            Cancellations.Found found = Cancellations.in(thrown, this);
            swallow(found.first());
            return found.asOne();
        } catch (VirtualMachineError e) {
            // no memory or stack is left to look at it
            return thrown;
        } finally {
            leave(passes ? Phase.PASSED : Phase.EXITED);
        }
    }

    /**
     * Leaves the scope of a group, which knows what its members threw.
     *
     * @param pending a cancellation among that, or null
     * @return the cancellation, if it is not for this scope
     */
    @Nullable
    CancelledError exitGroup(@Nullable CancelledError pending) {
        boolean passes = isCancelledFromOutside();
        boolean swallows = cancelled && !passes;
        if (swallows) {
            swallow(pending);
        }
        leave(passes ? Phase.PASSED : Phase.EXITED);
        return swallows ? null : pending;
    }

    private void swallow(@Nullable CancelledError pending) {
        cancelledCaught = pending != null;
        caught = pending;
    }

    private void leave(Phase left) {
        try {
            unlink(left);
        } finally {
            if (owner != null && parent != null) {
                owner.scope(parent);
            }
        }
        if (cancelled && Recorder.recordsCancels()) {
            Recorder.cancels(name, why(), runOrThrow().loop.name);
        }
    }

    /** Whether what was thrown inside is nothing but cancellation that was asked for. In the loop. */
    boolean isOnlyCancellation(Throwable thrown) {
        settleDecided();
        return effective && Cancellations.in(thrown, this).rest().isEmpty();
    }

    private boolean isCancelledFromOutside() {
        return !shield && parent != null && parent.effective;
    }

    /** The scope around this one; once it was entered. */
    Scope enclosing() {
        return parent == null ? this : parent;
    }

    /**
     * Whether a cancellation of this scope that was thrown may be on its way still: the scope has not been left, or was
     * left with it for one around it that has not been left.
     */
    boolean isPending() {
        Scope at = this;
        while (at.phase == Phase.PASSED && at.parent != null) {
            at = at.parent;
        }
        return reason != null && at.phase == Phase.ENTERED;
    }

    // ---- running

    @Override
    public <X extends Exception> void run(Block<X> block) throws X {
        Objects.requireNonNull(block, "CancelScope.run: the block is null");
        call(() -> {
            block.run();
            return this;
        }, this);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, T otherwise) throws X {
        Objects.requireNonNull(body, "CancelScope.call: the body is null");
        Task<?> task = Task.current("CancelScope.run");
        enter(task);
        T value = otherwise;
        Throwable thrown = null;
        try {
            value = body.call();
        } catch (Throwable e) {
            thrown = e;
        }
        thrown = exit(thrown);
        if (thrown != null) {
            throw Sneaky.<X>asThrown(thrown);
        }
        return value;
    }

    void failIfTimedOut() {
        CancelledError swallowed = caught;
        Reason why = reason;
        if (swallowed != null && why != null && why.byDeadline) {
            String what = switch (limit) {
                case DEADLINE -> " reached its deadline";
                case TIMEOUT -> " timed out after " + timeout;
                case GRACE -> " did not finish in time: it was asked to finish " + finishRequest();
            };
            throw new TimedOutException(this, "The " + label() + what, swallowed);
        }
    }

    // ---- cancelling

    @Override
    public void cancel() {
        cancel("");
    }

    @Override
    public void cancel(String why) {
        Objects.requireNonNull(why, "CancelScope.cancel: the reason is null");
        if (reason == null) {
            decide(new Reason("by " + caller() + (why.isEmpty() ? "" : ": " + why), false));
        }
    }

    /** Cancels because a task has failed. In the loop; what the error's own code does harms nobody. */
    void cancelFor(Throwable failure) {
        if (reason == null) {
            decide(new Reason("by " + caller() + ": a task of the group failed with " + Errors.line(failure), false));
        }
    }

    /** {@link #cancelFor} without memory for a reason. */
    void cancelBlindly() {
        decide(FAILED);
    }

    /** Cancels, if nobody has before. From any thread. */
    private void decide(Reason why) {
        StackReserve.forOperation();
        if (!REASON.compareAndSet(this, null, why)) {
            return;
        }
        Run active = run;
        if (active == null || phase != Phase.ENTERED) {
            return;
        }
        if (active.loop.inLoop()) {
            deliver();
        } else {
            active.regions.interruptWithin(this);
            active.loop.post(this::deliver);
        }
    }

    @Override
    public void cancel(Duration newGrace) {
        Objects.requireNonNull(newGrace, "CancelScope.cancel: the grace is null");
        Finish request = new Finish("by " + caller() + " within " + newGrace, newGrace,
                run == null ? null : now().plus(newGrace));
        Finish before;
        do {
            before = finish;
        } while (!FINISH.compareAndSet(this, before, before == null ? request : before.shorter(request)));
        // Read after the request was written: either whoever enters the scope sees it, or the run is seen and told.
        Run active = run;
        if (active != null && phase == Phase.ENTERED) {
            active.loop.runInLoop(this::startGrace);
        }
    }

    private void startGrace() {
        if (phase == Phase.ENTERED) {
            stopTimer();
            applyGrace();
            startTimer();
        }
    }

    /** Lets the request to finish count from now, if it does not yet; its end is a deadline. In the loop. */
    private void applyGrace() {
        Finish asked;
        Finish counted;
        do {
            asked = finish;
            if (asked == null) {
                return;
            }
            counted = asked.from(now());
        } while (!FINISH.compareAndSet(this, asked, counted));
        Deadline end = Objects.requireNonNull(counted.end);
        if (end.isBefore(deadline)) {
            limit = Limit.GRACE;
            deadline = end;
        }
    }

    private String finishRequest() {
        Finish asked = finish;
        return asked == null ? "" : asked.request;
    }

    private static String caller() {
        Task<?> task = Task.currentOrNull();
        if (task != null) {
            return "task '" + task.name() + "'";
        }
        Thread thread = Thread.currentThread();
        return "thread '" + (thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName()) + "'";
    }

    /** Makes the cancellation effective: marks the tree below, up to shields, and wakes those who wait. In the loop. */
    private void deliver() {
        if (phase == Phase.ENTERED && !cancelled) {
            cancelled = true;
            stopTimer();
            markEffective();
        }
    }

    /** The owner keeps a copy of his innermost scope's flag, so that a checkpoint looks at nothing but the task. */
    private void effective(boolean now) {
        effective = now;
        Task<?> task = owner;
        if (task != null && task.scope() == this) {
            task.effective(now);
        }
    }

    private void markEffective() {
        Scope at = effective ? null : this;
        while (at != null) {
            at.effective(true);
            at.wakeOwner();
            Scope next = firstUnmarked(at.firstChild);
            while (next == null && at != null && at != this) {
                next = firstUnmarked(at.nextSibling);
                at = at.parent;
            }
            at = next;
        }
    }

    private static @Nullable Scope firstUnmarked(@Nullable Scope from) {
        Scope scope = from;
        while (scope != null && (scope.shield || scope.effective)) {
            scope = scope.nextSibling;
        }
        return scope;
    }

    private void wakeOwner() {
        Task<?> task = owner;
        if (task != null && task.scope() == this) {
            task.cancellationArrived();
        }
    }

    /**
     * Whether a task in this scope is cancelled, by this scope or one around it. In the loop.
     *
     * @return true if so
     */
    public boolean isCancelled() {
        return effective;
    }

    /** Whether a checkpoint of a task in this scope throws. In the loop. */
    boolean isEffective() {
        return effective;
    }

    /**
     * Whether a cancellation of another scope is seen from inside this one: it encloses this one through no shield.
     * From any thread.
     */
    boolean sees(Scope other) {
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope == other) {
                return true;
            }
        }
        return false;
    }

    /** The error for a task that stands in this scope. In the loop. */
    CancelledError error() {
        Scope responsible = null;
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.cancelled) {
                responsible = scope;
            }
        }
        // A shield that was raised after the task had been woken hides who did it.
        for (Scope scope = this; scope != null && responsible == null; scope = scope.parent) {
            responsible = scope.cancelled ? scope : null;
        }
        return responsible == null ? new CancelledError(null, CANCELLED) : responsible.errorFor(responsible.why());
    }

    private String why() {
        Reason known = reason;
        return known == null ? whyDeadline() : known.text;
    }

    private CancelledError errorFor(String why) {
        return new CancelledError(this, CANCELLED + " (" + label() + ") " + why);
    }

    /** Whether this scope lies in another one, or is it; shields do not count. */
    public boolean isWithin(Scope other) {
        Scope scope = this;
        while (scope != null && scope != other) {
            scope = scope.parent;
        }
        return scope != null;
    }

    // ---- deadline and shield

    @Override
    public void fire() {
        if (phase == Phase.ENTERED && !cancelled && hasPassed()) {
            decide(new Reason(whyDeadline(), true));
        }
    }

    private boolean hasPassed() {
        return !deadline.equals(Deadline.NEVER) && !now().isBefore(deadline);
    }

    private String whyDeadline() {
        return switch (limit) {
            case DEADLINE -> "because its deadline passed";
            case TIMEOUT -> "because its deadline passed, after " + timeout;
            case GRACE -> "because its deadline passed: it was asked to finish " + finishRequest();
        };
    }

    @Override
    public void expire() {
        Run active = run;
        // Without anybody to interrupt nothing is decided here: a task of the loop may move the deadline until the loop
        // gets to it.
        if (active != null && !active.loop.inLoop() && active.regions.anyWithin(this)) {
            isDue();
        }
    }

    /**
     * Whether the scope was cancelled or its deadline has passed, though the loop may not know it yet; that somebody
     * has seen it decides it. From any thread.
     */
    private boolean isDue() {
        if (reason != null) {
            return true;
        }
        boolean passed = hasPassed();
        if (passed && phase == Phase.ENTERED) {
            decide(new Reason(whyDeadline(), true));
        }
        return passed;
    }

    /**
     * Whether a cancellation that this scope sees is due, also after the scope was left. From any thread.
     *
     * @return true if a checkpoint in the scope should throw
     */
    public boolean seesDue() {
        return outermostDue() != null;
    }

    private @Nullable Scope outermostDue() {
        Scope outermost = null;
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.isDue()) {
                outermost = scope;
            }
        }
        return outermost;
    }

    /**
     * Makes the error of a cancellation that is due. From any thread.
     *
     * @return the error, or null if none is
     */
    public @Nullable CancelledError dueError() {
        Scope due = outermostDue();
        return due == null ? null : due.errorFor(due.why());
    }

    /**
     * Puts the cancellations that were decided and that this scope sees into effect, without waiting for the loop's
     * queue. In the loop.
     */
    public void settleDecided() {
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.reason != null) {
                scope.deliver();
            }
        }
    }

    /**
     * The scope of what this one belongs to: the one right below the root. In the loop.
     *
     * @return the scope of a service's tasks, or that of the run's main task
     */
    public Scope belowRoot() {
        Scope scope = this;
        for (Scope up = parent; up != null && up.parent != null; up = up.parent) {
            scope = up;
        }
        return scope;
    }

    /**
     * Whether tasks can still start in this scope. In the loop.
     *
     * @return false once it was left
     */
    public boolean isOpen() {
        return phase == Phase.ENTERED;
    }

    private void startTimer() {
        Run active = run;
        if (active == null || cancelled || deadline.equals(Deadline.NEVER)) {
            return;
        }
        if (now().isBefore(deadline)) {
            active.loop.schedule(this, deadline.nanos());
        } else {
            fire();
        }
    }

    private void stopTimer() {
        Run active = run;
        if (active != null && !deadline.equals(Deadline.NEVER)) {
            active.loop.unschedule(this);
        }
    }

    private Deadline now() {
        return new Deadline(runOrThrow().loop.clock.nanoTime());
    }

    private Run runOrThrow() {
        Run active = run;
        if (active == null) {
            throw new IllegalStateException("The cancel scope" + quotedName() + " has not been entered");
        }
        return active;
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public void deadline(Deadline newDeadline) {
        Objects.requireNonNull(newDeadline, "CancelScope.deadline: the deadline is null");
        checkInLoop("deadline");
        if (phase == Phase.ENTERED) {
            stopTimer();
        }
        limit = Limit.DEADLINE;
        deadline = newDeadline;
        forgetGrace();
        if (phase == Phase.ENTERED) {
            startTimer();
        }
    }

    /** A new deadline counts instead of the end of a grace; that somebody asked to finish stays. */
    private void forgetGrace() {
        Finish asked;
        do {
            asked = finish;
        } while (asked != null && asked.end != null
                && !FINISH.compareAndSet(this, asked, new Finish(asked.request, asked.grace, Deadline.NEVER)));
    }

    @Override
    public boolean shield() {
        return shield;
    }

    @Override
    public void shield(boolean newShield) {
        checkInLoop("shield");
        if (shield == newShield) {
            return;
        }
        shield = newShield;
        Task<?> task = owner;
        if (phase == Phase.ENTERED && task != null && task.isCurrent()) {
            task.scope(task.scope());
        }
        if (phase != Phase.ENTERED || cancelled || parent == null) {
            return;
        }
        if (!newShield && parent.effective) {
            markEffective();
        } else if (newShield && effective) {
            clearEffective();
        }
    }

    /** A new shield takes the effect of outer cancellations away from the tree below. */
    private void clearEffective() {
        Scope at = this;
        while (at != null) {
            at.effective(false);
            Scope next = firstToClear(at.firstChild);
            while (next == null && at != null && at != this) {
                next = firstToClear(at.nextSibling);
                at = at.parent;
            }
            at = next;
        }
    }

    /** Cancelled scopes stay effective with all below them; what lies behind shields was not touched from outside. */
    private static @Nullable Scope firstToClear(@Nullable Scope from) {
        Scope scope = from;
        while (scope != null && (scope.cancelled || scope.shield)) {
            scope = scope.nextSibling;
        }
        return scope;
    }

    private void checkInLoop(String what) {
        Run active = run;
        if (active != null && phase == Phase.ENTERED && !active.loop.inLoop()) {
            throw new IllegalStateException(
                    "CancelScope." + what + " of an active scope is set by a task of its own loop " + active.loop.name
                            + ", but the caller is the thread '" + Thread.currentThread().getName()
                            + "'; cancel() works from any thread");
        }
    }

    // ---- reading

    /** Asks those in this scope to finish, without a time limit of its own. In the loop. */
    public void requestFinish(String by) {
        Finish unlimited = new Finish(by, Duration.ofNanos(Long.MAX_VALUE), Deadline.NEVER);
        boolean _ = FINISH.compareAndSet(this, null, unlimited);
    }

    @Override
    public boolean finishRequested() {
        Run active = run;
        if (active != null && !active.finishIsWatched) {
            active.finishIsWatched = true;
        }
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.finish != null || scope.reason != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean cancelCalled() {
        return reason != null;
    }

    @Override
    public boolean cancelledCaught() {
        return cancelledCaught;
    }

    /** The cancellation that the scope swallowed. */
    public @Nullable CancelledError caught() {
        return caught;
    }

    /** The earliest deadline that counts here. In the loop. */
    Deadline effectiveDeadline() {
        if (effective) {
            return Deadline.PAST;
        }
        Deadline earliest = Deadline.NEVER;
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.deadline.isBefore(earliest)) {
                earliest = scope.deadline;
            }
        }
        return earliest;
    }

    /** Adds the tasks that stand in this scope and below. In the loop. */
    public void collect(List<Task<?>> tasks) {
        Scope at = this;
        while (at != null) {
            if (at.owner != null && at.owner.scope() == at) {
                tasks.add(at.owner);
            }
            Scope next = at.firstChild;
            while (next == null && at != null && at != this) {
                next = at.nextSibling;
                at = at.parent;
            }
            at = next;
        }
    }

    /** This scope and those around it, below another one; in the loop. */
    List<ScopeDTO> upTo(Scope end) {
        List<ScopeDTO> scopes = new ArrayList<>();
        for (Scope scope = this; scope != null && scope != end; scope = scope.parent) {
            scopes.add(new ScopeDTO(scope.name, Snapshot.timeLeft(runOrThrow().loop, scope.deadline), scope.shield,
                    scope.cancelled));
        }
        return scopes;
    }

    private String quotedName() {
        return name.isEmpty() ? "" : " '" + name + "'";
    }

    /** Whose scope this is, for messages. */
    private String label() {
        return "scope" + quotedName() + (owner == null ? "" : " of task '" + owner.name() + "'");
    }

    private String ownerName() {
        return owner == null ? "" : owner.name();
    }

    @Override
    public String toString() {
        return "CancelScope" + quotedName() + "[" + phase + (reason != null ? ", cancelled" : "")
                + (shield ? ", shielded" : "") + "]";
    }
}
