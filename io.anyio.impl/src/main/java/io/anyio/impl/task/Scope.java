package io.anyio.impl.task;

import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TimedOutException;
import io.anyio.impl.time.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cancel scope: a node of its loop's tree, and the timer of its own deadline.
 *
 * <p>Each entered scope has one owner, the task that runs it; a task stands in one scope, its innermost. {@code effective} caches whether a checkpoint of that task throws, so that it reads one flag: a
 * cancel walks down the tree once, in the loop, and wakes those who wait. What is volatile is set from any thread and only tells; the rest is confined to the loop.
 */
public final class Scope extends Timer implements CancelScope {
    private static final VarHandle CANCEL_CALLED;

    static {
        try {
            CANCEL_CALLED = MethodHandles.lookup().findVarHandle(Scope.class, "cancelCalled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private enum Phase {
        NEW, ENTERED, EXITED
    }

    private final String name;

    // set from any thread
    private volatile boolean cancelCalled;
    private volatile boolean finishRequested;
    private volatile @Nullable String reason;
    private volatile @Nullable Duration grace;

    // read from any thread, set in the loop
    private volatile @Nullable Run run;
    private volatile Phase phase = Phase.NEW;
    private volatile Deadline deadline;
    private volatile boolean cancelledCaught;

    // confined to the loop
    private final @Nullable Duration timeout;
    private boolean shield;
    private boolean cancelled;
    private boolean deadlinePassed;
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
        scope.link(parent.runOrThrow(), parent);
        return scope;
    }

    /** Leaves a scope that no task owns. In the loop. */
    public void leaveUnowned() {
        unlink();
    }

    // ---- entering and leaving, in the loop

    /** Enters a task's own scope, before the task starts. */
    void enterRoot(Task<?> task, Scope enclosing) {
        owner = task;
        link(task.run, enclosing);
    }

    void enter(Task<?> task) {
        if (phase != Phase.NEW) {
            throw new IllegalStateException(phase == Phase.ENTERED
                    ? "The cancel scope" + quotedName() + " is active in the task '" + ownerName() + "': a scope is run once"
                    : "The cancel scope" + quotedName() + " was left before: a scope is run once, make a new one");
        }
        owner = task;
        link(task.run, task.scope());
        task.scope(this);
    }

    private void link(Run ofRun, Scope enclosing) {
        hang(enclosing);
        run = ofRun;
        phase = Phase.ENTERED;
        cancelled = cancelCalled;
        effective = cancelled || (!shield && enclosing.effective);
        if (timeout != null) {
            Deadline relative = now().plus(timeout);
            if (relative.isBefore(deadline)) {
                deadline = relative;
            }
        }
        startGrace();
        startTimer();
    }

    private void unlink() {
        stopTimer();
        phase = Phase.EXITED;
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

    /** Moves the scope with all that is in it under another one; for a task that has told that it is ready. In the loop. */
    void moveTo(Scope enclosing) {
        cut();
        hang(enclosing);
        recompute();
    }

    /**
     * Leaves the scope and decides about what was thrown inside.
     *
     * @param thrown what the block threw, or null
     * @return what leaves the scope, or null for nothing
     */
    @Nullable
    Throwable exit(@Nullable Throwable thrown) {
        unlink();
        if (owner != null && parent != null && owner.scope() == this) {
            owner.scope(parent);
        }
        if (thrown == null || !cancelled || isCancelledFromOutside()) {
            return thrown;
        }
        Cancellations found = Cancellations.in(thrown, this);
        if (found.first() != null) {
            cancelledCaught = true;
            caught = found.first();
        }
        return found.rest();
    }

    private boolean isCancelledFromOutside() {
        return !shield && parent != null && parent.effective;
    }

    // ---- running

    @Override
    public <X extends Exception> void run(Block<X> block) throws X {
        call(() -> {
            block.run();
            return this;
        }, this);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, T otherwise) throws X {
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
        if (swallowed != null && deadlinePassed) {
            throw new TimedOutException(this, "The scope" + quotedName() + " timed out" + (timeout == null ? "" : " after " + timeout),
                    swallowed);
        }
    }

    // ---- cancelling

    @Override
    public void cancel() {
        cancel("");
    }

    @Override
    public void cancel(String why) {
        cancelFor(describe(why));
    }

    private void cancelFor(String text) {
        if (!CANCEL_CALLED.compareAndSet(this, false, true)) {
            return;
        }
        reason = text;
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
        grace = newGrace;
        finishRequested = true;
        Run active = run;
        if (active != null && phase == Phase.ENTERED) {
            active.loop.runInLoop(this::startGrace);
        }
    }

    private void startGrace() {
        Duration given = grace;
        if (given != null && phase == Phase.ENTERED) {
            grace = null;
            Deadline end = now().plus(given);
            if (end.isBefore(deadline)) {
                deadline(end);
            }
        }
    }

    private String describe(String why) {
        Task<?> canceller = Task.currentOrNull();
        String by = canceller == null ? "thread '" + Thread.currentThread().getName() + "'" : "task '" + canceller.name() + "'";
        return "Cancelled" + (name.isEmpty() ? "" : " (scope '" + name + "')") + " by " + by + (why.isEmpty() ? "" : ": " + why);
    }

    /** Makes the cancellation effective: marks the tree below, up to shields, and wakes those who wait. In the loop. */
    private void deliver() {
        if (phase == Phase.ENTERED && !cancelled) {
            cancelled = true;
            stopTimer();
            markEffective();
        }
    }

    private void markEffective() {
        Scope at = effective ? null : this;
        while (at != null) {
            at.effective = true;
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

    /** Whether a checkpoint of a task in this scope throws. In the loop. */
    boolean isEffective() {
        return effective;
    }

    /** Whether a cancellation of another scope is seen from inside this one: it encloses this one through no shield. From any thread. */
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
        if (responsible == null) {
            return new CancelledError(null, "Cancelled");
        }
        String why = responsible.reason;
        return new CancelledError(responsible, why == null ? "Cancelled" : why);
    }

    // ---- deadline and shield

    @Override
    public void fire() {
        if (phase == Phase.ENTERED && !cancelled && !now().isBefore(deadline)) {
            deadlinePassed = CANCEL_CALLED.compareAndSet(this, false, true);
            if (deadlinePassed) {
                reason = "Cancelled because the deadline of the scope" + quotedName() + " passed"
                        + (finishRequested ? ", which was asked to finish" : "");
            }
            deliver();
        }
    }

    @Override
    public void expire() {
        Run active = run;
        if (active != null && !active.loop.inLoop() && isDue()) {
            active.regions.interruptWithin(this);
        }
    }

    /** Whether the scope was cancelled or its deadline has passed, though the loop may not know it yet. From any thread. */
    private boolean isDue() {
        return cancelCalled || (!deadline.equals(Deadline.NEVER) && !now().isBefore(deadline));
    }

    /** Whether a cancellation that this scope sees is due. From any thread. */
    boolean seesDue() {
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.isDue()) {
                return true;
            }
        }
        return false;
    }

    /** Puts the cancellations that are due and that this scope sees into effect, without waiting for the loop's queue. In the loop. */
    void settleDue() {
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.cancelCalled) {
                scope.deliver();
            } else if (scope.isDue()) {
                scope.fire();
            }
        }
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
        checkInLoop("deadline");
        if (phase == Phase.ENTERED) {
            stopTimer();
        }
        deadline = newDeadline;
        if (phase == Phase.ENTERED) {
            startTimer();
        }
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
        } else if (newShield) {
            recompute();
        }
    }

    /** A new shield takes the effect of outer cancellations away from the tree below. */
    private void recompute() {
        effective = cancelled || (!shield && parent != null && parent.effective);
        for (Scope child = firstChild; child != null; child = child.nextSibling) {
            child.recompute();
        }
    }

    private void checkInLoop(String what) {
        Run active = run;
        if (active != null && phase == Phase.ENTERED && !active.loop.inLoop()) {
            throw new IllegalStateException(
                    "CancelScope." + what + " of an active scope is set by a task of its own loop " + active.loop.name
                            + ", but the caller is the thread '" + Thread.currentThread().getName() + "'; cancel() works from any thread");
        }
    }

    // ---- reading

    @Override
    public boolean finishRequested() {
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.finishRequested || scope.cancelCalled) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean cancelCalled() {
        return cancelCalled;
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
    void collect(List<Task<?>> tasks) {
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

    String name() {
        return name;
    }

    private String quotedName() {
        return name.isEmpty() ? "" : " '" + name + "'";
    }

    private String ownerName() {
        return owner == null ? "" : owner.name();
    }

    @Override
    public String toString() {
        return "CancelScope" + quotedName() + "[" + phase + (cancelCalled ? ", cancelled" : "") + (shield ? ", shielded" : "") + "]";
    }
}
