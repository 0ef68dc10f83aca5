package io.anyio.impl.task;

import io.anyio.api.debug.ScopeDTO;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TimedOutException;
import io.anyio.impl.jfr.Recorder;
import io.anyio.impl.time.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cancel scope: a node of its loop's tree, and the timer of its own deadline.
 *
 * <p>Each entered scope has one owner, the task that runs it; a task stands in one scope, its innermost. {@code effective} caches whether a checkpoint of that task throws, so that it reads one flag: a
 * cancel walks down the tree once, in the loop, and wakes those who wait. What is volatile is set from any thread and only tells; the rest is confined to the loop.
 */
public final class Scope extends Timer implements CancelScope {
    private static final VarHandle REASON;
    private static final VarHandle PHASE;

    static {
        try {
            REASON = MethodHandles.lookup().findVarHandle(Scope.class, "reason", String.class);
            PHASE = MethodHandles.lookup().findVarHandle(Scope.class, "phase", Phase.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final String CANCELLED = "Cancelled";

    private enum Phase {
        NEW, ENTERED, EXITED
    }

    /** Where the deadline comes from. */
    private enum Limit {
        DEADLINE, TIMEOUT, GRACE
    }

    private final String name;

    // set from any thread; who cancelled and why is the flag that tells of it, so that nobody sees a cancellation without its reason
    private volatile @Nullable String reason;
    private volatile @Nullable String finishRequest;
    private volatile @Nullable Duration grace;

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
        scope.link(null, parent.runOrThrow(), parent);
        return scope;
    }

    /** The task leaves the scope while tasks are still in it, which has to be cancelled: nobody owns it from now on. On the owner's thread. */
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
        unlink();
    }

    // ---- entering and leaving, in the loop

    /** Enters a task's own scope, before the task starts. */
    void enterRoot(Task<?> task, Scope enclosing) {
        link(task, task.run, enclosing);
    }

    void enter(Task<?> task) {
        link(task, task.run, task.scope());
        task.scope(this);
    }

    private void link(@Nullable Task<?> task, Run ofRun, Scope enclosing) {
        if (!PHASE.compareAndSet(this, Phase.NEW, Phase.ENTERED)) {
            throw new IllegalStateException(phase == Phase.ENTERED
                    ? "The cancel scope" + quotedName() + " is active in the task '" + ownerName() + "': a scope is run once"
                    : "The cancel scope" + quotedName() + " was left before: a scope is run once, make a new one");
        }
        owner = task;
        hang(enclosing);
        run = ofRun;
        // Read after run was written: a canceller on another thread either is seen here, or sees the run and posts.
        cancelled = reason != null;
        effective(cancelled || (!shield && enclosing.effective));
        if (timeout != null) {
            Deadline relative = now().plus(timeout);
            if (relative.isBefore(deadline)) {
                deadline = relative;
                limit = Limit.TIMEOUT;
            }
        }
        applyGrace();
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
        if (enclosing.effective) {
            markEffective();
        }
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
        if (cancelled && Recorder.recordsCancels()) {
            Recorder.cancels(name, String.valueOf(reason), runOrThrow().loop.name);
        }
        if (owner != null && parent != null) {
            owner.scope(parent);
        }
        if (thrown == null || !cancelled || isCancelledFromOutside()) {
            return thrown;
        }
        Cancellations.Found found = Cancellations.in(thrown, this);
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
            String what = switch (limit) {
                case DEADLINE -> " reached its deadline";
                case TIMEOUT -> " timed out after " + timeout;
                case GRACE -> " did not finish in time: it was asked to finish " + finishRequest;
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
        if (reason == null) {
            cancelFor("by " + caller() + (why.isEmpty() ? "" : ": " + why));
        }
    }

    private void cancelFor(String text) {
        if (!REASON.compareAndSet(this, null, text)) {
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
        grace = newGrace;
        finishRequest = "by " + caller() + " within " + newGrace;
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

    private void applyGrace() {
        Duration given = grace;
        if (given != null) {
            grace = null;
            Deadline end = now().plus(given);
            if (end.isBefore(deadline)) {
                deadline = end;
                limit = Limit.GRACE;
            }
        }
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
        // A shield that was raised after the task had been woken hides who did it.
        for (Scope scope = this; scope != null && responsible == null; scope = scope.parent) {
            responsible = scope.cancelled ? scope : null;
        }
        return responsible == null ? new CancelledError(null, CANCELLED) : responsible.errorFor(String.valueOf(responsible.reason));
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
        if (phase == Phase.ENTERED && !cancelled && !now().isBefore(deadline)) {
            deadlinePassed = REASON.compareAndSet(this, null, whyDeadline());
            deliver();
        }
    }

    private String whyDeadline() {
        return switch (limit) {
            case DEADLINE -> "because its deadline passed";
            case TIMEOUT -> "because its deadline passed, after " + timeout;
            case GRACE -> "because its deadline passed: it was asked to finish " + finishRequest;
        };
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
        return reason != null || (!deadline.equals(Deadline.NEVER) && !now().isBefore(deadline));
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
     * @return the error
     */
    public CancelledError dueError() {
        Scope due = outermostDue();
        if (due == null) {
            return new CancelledError(null, CANCELLED);
        }
        String why = due.reason;
        return due.errorFor(why == null ? due.whyDeadline() : why);
    }

    /** Puts the cancellations that are due and that this scope sees into effect, without waiting for the loop's queue. In the loop. */
    public void settleDue() {
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.reason != null) {
                scope.deliver();
            } else if (scope.isDue()) {
                scope.fire();
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
        checkInLoop("deadline");
        if (phase == Phase.ENTERED) {
            stopTimer();
        }
        deadline = newDeadline;
        limit = Limit.DEADLINE;
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
                            + ", but the caller is the thread '" + Thread.currentThread().getName() + "'; cancel() works from any thread");
        }
    }

    // ---- reading

    /** Asks those in this scope to finish, without a time limit of its own. In the loop. */
    public void requestFinish(String by) {
        finishRequest = by;
    }

    @Override
    public boolean finishRequested() {
        Run active = run;
        if (active != null && !active.finishIsWatched) {
            active.finishIsWatched = true;
        }
        for (Scope scope = this; scope != null; scope = scope.shield ? null : scope.parent) {
            if (scope.finishRequest != null || scope.reason != null) {
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

    String name() {
        return name;
    }

    /** This scope and those around it, below another one; in the loop. */
    List<ScopeDTO> upTo(Scope end) {
        List<ScopeDTO> scopes = new ArrayList<>();
        for (Scope scope = this; scope != null && scope != end; scope = scope.parent) {
            scopes.add(new ScopeDTO(scope.name, Snapshot.timeLeft(runOrThrow().loop, scope.deadline), scope.shield, scope.cancelled));
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
        return "CancelScope" + quotedName() + "[" + phase + (reason != null ? ", cancelled" : "") + (shield ? ", shielded" : "") + "]";
    }
}
