package io.anyio.impl.scope;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TimedOutException;
import io.anyio.impl.jfr.Recorder;
import io.anyio.impl.loop.Job;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.spin.StackReserve;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A cancel scope: how it is entered, cancelled and left, and what becomes of an error that was thrown inside.
 * {@link CancelNode} knows which tasks a cancellation reaches.
 *
 * <p>One CAS of {@code reason} cancels a scope and says whether the deadline was the reason. Code that acts on a passed
 * deadline makes that CAS first, on any thread. So moving the deadline later cannot undo what was thrown or interrupted
 * because of it ({@code ObservedDeadlineTest}).
 *
 * <p>A cancel from another thread sets the reason and then looks for the tree; the entry of the scope sets the tree and
 * then looks for the reason. So at least one of them sees the other ({@code ForeignCancelTest}).
 *
 * <p>Volatile fields are set or read from any thread; the others are confined to the loop.
 */
public final class Scope extends LimitedScope<Scope> implements Cancellations.Judge {
    // no VarHandle: see SpinBit
    private static final AtomicReferenceFieldUpdater<Scope, CancelReason> REASON = AtomicReferenceFieldUpdater
            .newUpdater(Scope.class, CancelReason.class, "reason");
    private static final AtomicReferenceFieldUpdater<Scope, Phase> PHASE = AtomicReferenceFieldUpdater.newUpdater(
            Scope.class, Phase.class, "phase");
    private static final String CANCELLED = "Cancelled";

    /** Here, so that it is made with the first scope: without memory its class could not be initialized. */
    private static final CancelReason FAILED = CancelReason.FAILED;

    private enum Phase {
        /** Not yet entered. */
        NEW,
        /** Its block runs. */
        ENTERED,
        /** It was left. */
        EXITED,
        /**
         * It was left with an error while a scope around it is cancelled; the error may contain cancellations of this
         * scope.
         */
        PASSED
    }

    private final String name;

    // set from any thread; the reason is also the flag, so that no thread sees a cancellation without its reason
    private volatile @Nullable CancelReason reason;

    // read from any thread, set in the loop
    private volatile @Nullable ScopeTree tree;
    private volatile Phase phase = Phase.NEW;
    private volatile boolean cancelledCaught;

    // confined to the loop
    private @Nullable CancelledError caught;

    /** Posted for a cancellation. Not a lambda, see {@code LazyLinksTest}. */
    private record Delivery(Scope scope) implements Job {
        @Override
        public void run() {
            scope.deliver();
        }

        @Override
        public boolean isDecided() {
            return true;
        }
    }

    /**
     * Makes a scope that is not yet entered.
     *
     * @param options its name, shield and limit
     */
    public Scope(ScopeOptions options) {
        super(options);
        this.name = options.name();
    }

    /**
     * Makes the scope around everything on a loop.
     *
     * @param loop the loop
     * @return the scope, entered
     */
    public static Scope root(Loop loop) {
        Scope scope = new Scope(ScopeOptions.DEFAULT);
        scope.tree = new ScopeTree(loop);
        scope.phase = Phase.ENTERED;
        return scope;
    }

    /**
     * Makes a scope inside another one, without an owner, for the tasks of a service. In the loop.
     *
     * @param parent the enclosing scope
     * @return the scope, to be left with {@link #leaveUnowned}
     */
    public static Scope within(Scope parent) {
        Scope scope = new Scope(ScopeOptions.DEFAULT);
        scope.begin(null, parent);
        return scope;
    }

    /**
     * Makes a scope right below the root, without an owner, for tasks that belong to a scope of another loop: the
     * requests to finish and the deadlines of that scope count in it. A cancellation there is one here, under the other
     * scope's name and reason, once this one was told or is asked for what is decided. In the loop.
     *
     * @param root the root of this loop
     * @param beyond the scope of the other loop
     * @return the scope, to be left with {@link #leaveUnowned}
     */
    public static Scope branch(Scope root, Scope beyond) {
        Scope scope = new Scope(ScopeOptions.DEFAULT);
        scope.limit().beyond(beyond);
        scope.begin(null, root);
        return scope;
    }

    // ---- entering and leaving, in the loop

    /** Enters the scope; its owner stands in it. */
    public void enter(Cancellable<Scope> task) {
        StackReserve.forScope();
        begin(task, task.scope());
        task.standIn(this, isEffective());
    }

    /** Enters a task's own scope, before the task starts. */
    public void enterFor(Cancellable<Scope> task, Scope enclosing) {
        begin(task, enclosing);
    }

    private void begin(@Nullable Cancellable<Scope> task, Scope enclosing) {
        if (!PHASE.compareAndSet(this, Phase.NEW, Phase.ENTERED)) {
            throw new IllegalStateException(phase == Phase.ENTERED
                    ? "The cancel scope" + quotedName() + " is active in the task '" + ownerName()
                            + "': a scope is run once"
                    : "The cancel scope" + quotedName() + " was left before: a scope is run once, make a new one");
        }
        owner(task);
        boolean begun = false;
        try {
            beginIn(enclosing);
            begun = true;
        } finally {
            if (!begun) {
                end(Phase.EXITED);
            }
        }
    }

    private void beginIn(Scope enclosing) {
        addTo(enclosing);
        ScopeTree entered = enclosing.tree();
        tree = entered;
        // read after the tree was written: either this sees the cancel of another thread, or that sees the tree and
        // posts
        settle(reason != null);
        beginLimit(entered.loop);
    }

    /** Leaves a scope that no task owns. In the loop. */
    public void leaveUnowned() {
        end(Phase.EXITED);
    }

    private void end(Phase left) {
        stopTimer();
        phase = left;
        remove();
    }

    /**
     * Leaves the scope and decides what becomes of an error. A cancellation of this scope ends here, unless a scope
     * around it, with no shield in between, is cancelled too.
     *
     * @param thrown what the block threw, or null
     * @return what leaves the scope, or null for nothing
     */
    public @Nullable Throwable exit(@Nullable Throwable thrown) {
        boolean passes = false;
        try {
            if (thrown == null) {
                return null;
            }
            settleDecided();
            passes = isCancelledFromOutside();
            if (passes || !isCancelled()) {
                return thrown;
            }
            Cancellations.Found found = Cancellations.in(thrown, this);
            swallow(found.first());
            return found.asOne();
        } catch (VirtualMachineError e) {
            // no memory or stack is left to examine the error
            return thrown;
        } finally {
            leave(passes ? Phase.PASSED : Phase.EXITED);
        }
    }

    /**
     * Leaves the scope of a group.
     *
     * @param pending a cancellation that its members threw, or null
     * @return the cancellation, if it is not for this scope
     */
    public @Nullable CancelledError exitGroup(@Nullable CancelledError pending) {
        boolean passes = isCancelledFromOutside();
        boolean swallows = isCancelled() && !passes;
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
            end(left);
        } finally {
            returnOwner();
        }
        if (isCancelled() && Recorder.recordsCancels()) {
            Recorder.cancels(name, why(), tree().loop.name);
        }
    }

    /** Whether an error that was thrown inside consists only of requested cancellations. In the loop. */
    public boolean isOnlyCancellation(Throwable thrown) {
        settleDecided();
        return isEffective() && Cancellations.in(thrown, this).rest().isEmpty();
    }

    /**
     * {@inheritDoc} A scope inside this one may have been the outermost cancelled one when the error was thrown, if
     * this one was cancelled later. If another task threw the cancellation, only a scope around both tasks counts.
     */
    @Override
    public boolean isPendingHere(@Nullable CancelScope other, boolean ofThisTask) {
        return other instanceof Scope its && its.isPending() && (sees(its) || (ofThisTask && its.isWithin(this)));
    }

    /**
     * Whether an error with a cancellation of this scope may still be on its way: the scope has not been left, or was
     * left with the error and a scope around it has not.
     */
    private boolean isPending() {
        Scope at = this;
        for (Scope up = parent(); at.phase == Phase.PASSED && up != null; up = up.parent()) {
            at = up;
        }
        return reason != null && at.phase == Phase.ENTERED;
    }

    // ---- running

    @Override
    public <X extends Exception> void run(Block<X> block) throws X {
        Objects.requireNonNull(block, "CancelScope.run: the block is null");
        this.<@Nullable Void, X>call(Bodies.of(block), null);
    }

    @Override @SuppressWarnings("unchecked") // all our tasks stand in our scopes
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, T otherwise) throws X {
        Objects.requireNonNull(body, "CancelScope.call: the body is null");
        enter((Cancellable<Scope>) Parkable.current("CancelScope.run"));
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

    /** Throws if the scope was left because of its deadline. */
    public void failIfTimedOut() {
        CancelledError swallowed = caught;
        CancelReason known = reason;
        Limit reached = limitOrNull();
        if (swallowed != null && known != null && known.byDeadline() && reached != null) {
            throw new TimedOutException(this, "The " + label() + " " + reached.howItTimedOut(), swallowed);
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
            decide(CancelReason.byCaller(why));
        }
    }

    /** Cancels because a task has failed. In the loop. Exceptions of the error's own code have no effect. */
    public void cancelFor(Throwable failure) {
        if (reason == null) {
            decide(CancelReason.failed(failure));
        }
    }

    /** Cancels like {@link #cancelFor}, when there is no memory for a reason. */
    public void cancelBlindly() {
        decide(FAILED);
    }

    /** Cancels the scope, unless it is cancelled. From any thread. */
    private void decide(CancelReason why) {
        StackReserve.forOperation();
        // made before the decision: without memory for it nothing is decided; in the loop none is needed
        ScopeTree known = tree;
        Job delivery = known != null && known.loop.inLoop() ? null : new Delivery(this);
        if (!REASON.compareAndSet(this, null, why)) {
            return;
        }
        ScopeTree active = activeTree();
        if (active == null) {
            return;
        }
        if (delivery == null || active.loop.inLoop()) {
            deliver();
        } else {
            try {
                active.interruptIn(this);
            } finally {
                // the cancellation is decided: a second cancel would not post it
                active.loop.post(delivery);
            }
        }
    }

    /**
     * Makes the cancellation effective: marks the tree below, up to shields, and wakes the tasks that wait. In the
     * loop.
     */
    private void deliver() {
        if (phase == Phase.ENTERED && !isCancelled()) {
            becomeCancelled();
            stopTimer();
            markEffective();
        }
    }

    // ---- what is seen from inside

    /** Makes the error for a task in this scope. In the loop. */
    public CancelledError error() {
        Scope responsible = responsible();
        return responsible == null ? new CancelledError(null, CANCELLED) : responsible.ownError();
    }

    private CancelledError ownError() {
        CancelReason known = reason;
        Scope outer = known != null && known.beyond() ? beyond() : null;
        CancelledError theirs = outer == null ? null : outer.dueError();
        return theirs == null ? new CancelledError(this, CANCELLED + " (" + label() + ") " + why()) : theirs;
    }

    private String why() {
        CancelReason known = reason;
        return known == null ? limit().why() : known.text();
    }

    /**
     * Puts all decided cancellations that this scope sees into effect, without waiting for the loop's queue. In the
     * loop.
     */
    public void settleDecided() {
        for (Scope scope = this; scope != null; scope = scope.visibleParent()) {
            if (scope.reason != null || scope.isDueBeyond()) {
                scope.deliver();
            }
        }
    }

    /** Whether the scope of another loop in which this one lies is cancelled, which then cancels this one. */
    private boolean isDueBeyond() {
        Scope outer = beyond();
        boolean due = outer != null && outer.seesDue();
        if (due && phase == Phase.ENTERED) {
            decide(CancelReason.BEYOND);
        }
        return due;
    }

    /**
     * Whether a cancellation that this scope sees is due, even if the scope was left. From any thread.
     *
     * @return true if a checkpoint in the scope should throw
     */
    public boolean seesDue() {
        return outermostDue() != null;
    }

    /**
     * Makes the error of a cancellation that is due. From any thread.
     *
     * @return the error, or null if none is
     */
    public @Nullable CancelledError dueError() {
        Scope due = outermostDue();
        return due == null ? null : due.ownError();
    }

    private @Nullable Scope outermostDue() {
        Scope outermost = null;
        for (Scope scope = this; scope != null; scope = scope.visibleParent()) {
            outermost = scope.isDue() ? scope : outermost;
        }
        return outermost;
    }

    /**
     * Whether the scope was cancelled or its deadline has passed, even if the loop does not know it yet. A passed
     * deadline that is seen here cancels the scope. From any thread.
     */
    private boolean isDue() {
        if (reason != null || isDueBeyond()) {
            return true;
        }
        Limit passed = passedLimit();
        if (passed != null && phase == Phase.ENTERED) {
            decide(CancelReason.passed(passed));
        }
        return passed != null;
    }

    // ---- deadline and shield

    @Override
    public void deadlineCame() {
        Limit passed = phase == Phase.ENTERED && !isCancelled() ? passedLimit() : null;
        if (passed != null) {
            decide(CancelReason.passed(passed));
            // another thread may have decided it and failed to post it
            deliver();
        }
    }

    @Override
    public void deadlinePassed() {
        ScopeTree active = activeTree();
        // without code to interrupt, nothing is decided here: a task may move the deadline until the loop fires the
        // timer
        if (active != null && !active.loop.inLoop() && active.interruptsIn(this)) {
            isDue();
        }
    }

    @Override
    public void shield(boolean newShield) {
        ScopeTree active = activeTree();
        if (active != null) {
            active.checkInLoop("shield");
        }
        StackReserve.forOperation();
        if (shield() != newShield) {
            shield(newShield, active != null);
        }
    }

    // ---- reading

    @Override @Nullable
    Scope beyond() {
        Limit known = limitOrNull();
        return known != null && known.beyond() instanceof Scope outer ? outer : null;
    }

    @Override @Nullable
    ScopeTree activeTree() {
        ScopeTree entered = tree;
        return phase == Phase.ENTERED ? entered : null;
    }

    @Override
    ScopeTree tree() {
        ScopeTree entered = tree;
        if (entered == null) {
            throw new IllegalStateException("The cancel scope" + quotedName() + " has not been entered");
        }
        return entered;
    }

    /**
     * Whether tasks can still start in this scope. In the loop.
     *
     * @return false once it was left
     */
    public boolean isOpen() {
        return phase == Phase.ENTERED;
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

    /** The scope's name, or empty. */
    public String name() {
        return name;
    }

    private String quotedName() {
        return name.isEmpty() ? "" : " '" + name + "'";
    }

    /** The scope and its task, for messages. */
    private String label() {
        return "scope" + quotedName() + (owner() == null ? "" : " of task '" + ownerName() + "'");
    }

    private String ownerName() {
        Cancellable<Scope> task = owner();
        return task == null ? "" : task.name();
    }

    @Override
    public String toString() {
        return "CancelScope" + quotedName() + "[" + phase + (reason != null ? ", cancelled" : "")
                + (shield() ? ", shielded" : "") + "]";
    }
}
