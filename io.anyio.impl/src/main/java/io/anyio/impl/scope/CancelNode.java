package io.anyio.impl.scope;

import io.anyio.api.spi.error.Report;
import io.anyio.api.task.CancelScope;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree of scopes, as the tasks that stand in it see it: whether they are cancelled, and by which scope.
 *
 * <p>An entered scope has at most one owner, the task that runs it; a task stands in one scope, its innermost. In the
 * loop it holds that a scope is {@code effective} if it was cancelled, or has no shield and the scope around it is
 * effective. Whatever changes a reason for that walks down the tree at once and wakes the tasks that wait, so that a
 * checkpoint reads one flag, whatever the depth ({@code ScopeStressTest} compares it with a model). The shield is read
 * from any thread; the rest is confined to the loop.
 *
 * @param <S> the type of the scopes
 */
public abstract class CancelNode<S extends CancelNode<S>> extends Node<S> implements CancelScope {
    private static final Report LOG = new Report("io.anyio.impl.scope");
    private static final Visitor<CancelNode<?>> MARKING = new Marking();
    private static final Visitor<CancelNode<?>> CLEARING = new Clearing();

    private volatile boolean shield;
    private boolean cancelled;
    private boolean effective;
    private @Nullable Cancellable<S> owner;

    CancelNode(boolean shield) {
        this.shield = shield;
    }

    // ---- entering and leaving

    /** Gives the scope its owner, or none. */
    final void owner(@Nullable Cancellable<S> task) {
        owner = task;
    }

    final @Nullable Cancellable<S> owner() {
        return owner;
    }

    /** The scope hangs in the tree from now on, and may have been cancelled before. */
    final void settle(boolean isCancelled) {
        cancelled = isCancelled;
        effective(isCancelled || isCancelledFromOutside());
    }

    /**
     * The owner has left the scope and stands in the one around it again. If the task does not own that scope, the task
     * has ended. No cancellation finds it there, so it counts as cancelled: otherwise code that an error runs could
     * wait for ever.
     */
    final void returnOwner() {
        S around = parent();
        Cancellable<S> task = owner;
        if (task != null && around != null) {
            task.standIn(around, around.isEffective() || around.owner() != task);
        }
    }

    /** Moves the scope with all that is in it under another one, for a task that has become ready. In the loop. */
    public final void moveTo(S enclosing) {
        remove();
        addTo(enclosing);
        if (enclosing.isEffective()) {
            markEffective();
        }
    }

    /**
     * The task leaves the scope while tasks are still in it, which has to be cancelled: nobody owns it from now on. On
     * the owner's thread.
     */
    public final void orphan() {
        if (owner != null && parent() != null) {
            returnOwner();
            owner = null;
            moveTo(root());
        }
    }

    // ---- the flag

    /**
     * Whether a task in this scope is cancelled, by this scope or one around it: its checkpoints throw. In the loop.
     */
    public final boolean isEffective() {
        return effective;
    }

    /** Whether the scope itself was cancelled, which is in effect. */
    final boolean isCancelled() {
        return cancelled;
    }

    final boolean isCancelledFromOutside() {
        S around = visibleParent();
        return around != null && around.isEffective();
    }

    /** The scope is cancelled; {@link #markEffective} follows. */
    final void becomeCancelled() {
        cancelled = true;
    }

    /** Marks the tree below, up to shields, and wakes the tasks that wait. */
    final void markEffective() {
        if (!effective) {
            mark();
            visitBelow(MARKING);
        }
    }

    private void mark() {
        effective(true);
        Cancellable<S> task = owner;
        if (task != null && task.scope() == this) {
            try {
                task.cancellationArrived();
            } catch (Throwable e) {
                // for want of memory: those behind it in the tree are cancelled all the same
                LOG.log(System.Logger.Level.ERROR, e, "A task that was cancelled could not be woken");
            }
        }
    }

    private void effective(boolean now) {
        effective = now;
        Cancellable<S> task = owner;
        if (task != null && task.scope() == this) {
            task.effective(now);
        }
    }

    private static final class Marking extends Visitor<CancelNode<?>> {
        @Override
        boolean visit(CancelNode<?> node) {
            boolean goesOn = !node.shield && !node.effective;
            if (goesOn) {
                node.mark();
            }
            return goesOn;
        }
    }

    /** What is cancelled stays effective with all below it; what lies behind shields was not touched from outside. */
    private static final class Clearing extends Visitor<CancelNode<?>> {
        @Override
        boolean visit(CancelNode<?> node) {
            boolean goesOn = !node.shield && !node.cancelled;
            if (goesOn) {
                node.effective(false);
            }
            return goesOn;
        }
    }

    @Override
    public final boolean shield() {
        return shield;
    }

    /** Raises or lowers the shield, of a scope that is in the tree or not. */
    final void shield(boolean newShield, boolean entered) {
        shield = newShield;
        if (!entered) {
            return;
        }
        Cancellable<S> task = owner;
        if (task != null && task.isCurrent()) {
            task.standIn(task.scope(), task.scope().isEffective());
        }
        S around = parent();
        if (cancelled || around == null) {
            return;
        }
        if (!newShield && around.isEffective()) {
            markEffective();
        } else if (newShield && effective) {
            // it takes the effect of outer cancellations away from the tree below
            effective(false);
            visitBelow(CLEARING);
        }
    }

    // ---- the way up

    /** The scope around this one, unless a shield hides it. From any thread. */
    final @Nullable S visibleParent() {
        return shield ? null : parent();
    }

    /**
     * Whether a cancellation of another scope is seen from inside this one: it encloses this one through no shield.
     * From any thread.
     */
    final boolean sees(CancelScope other) {
        for (S scope = self(); scope != null; scope = scope.visibleParent()) {
            if (scope == other) {
                return true;
            }
        }
        return false;
    }

    /** The scope that has cancelled a task which stands here: the outermost that it sees. */
    final @Nullable S responsible() {
        S outermost = null;
        for (S scope = self(); scope != null; scope = scope.visibleParent()) {
            outermost = scope.isCancelled() ? scope : outermost;
        }
        // a shield that was raised after the task had been woken hides it
        for (S scope = self(); scope != null && outermost == null; scope = scope.parent()) {
            outermost = scope.isCancelled() ? scope : null;
        }
        return outermost;
    }

    /** The scope around this one; once it was entered. */
    public final S enclosing() {
        S around = parent();
        return around == null ? self() : around;
    }

    private S root() {
        S scope = self();
        for (S up = parent(); up != null; up = up.parent()) {
            scope = up;
        }
        return scope;
    }

    /**
     * The scope of what this one belongs to: the one right below the root. In the loop.
     *
     * @return the scope of a service's tasks, or that of the run's main task
     */
    public final S belowRoot() {
        S scope = self();
        for (S up = parent(); up != null && up.parent() != null; up = up.parent()) {
            scope = up;
        }
        return scope;
    }

    /** Whether this scope lies in another one, or is it; shields do not count. */
    public final boolean isWithin(S other) {
        S scope = self();
        while (scope != null && scope != other) {
            scope = scope.parent();
        }
        return scope != null;
    }

    /** Adds the tasks that stand in this scope and below. In the loop. */
    public final void collect(Collection<? super Cancellable<S>> tasks) {
        Visitor<S> collecting = new Collecting<>(tasks);
        collecting.visit(self());
        visitBelow(collecting);
    }

    private static final class Collecting<S extends CancelNode<S>> extends Visitor<S> {
        private final Collection<? super Cancellable<S>> tasks;

        Collecting(Collection<? super Cancellable<S>> tasks) {
            this.tasks = tasks;
        }

        @Override
        boolean visit(S scope) {
            Cancellable<S> task = scope.owner();
            if (task != null && task.scope() == scope) {
                tasks.add(task);
            }
            return true;
        }
    }
}
