package io.anyio.impl.scope;

import io.anyio.api.spi.error.Report;
import io.anyio.api.task.CancelScope;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree of scopes, as the tasks that stand in it see it: whether they are cancelled, and by which scope.
 *
 * <p>An entered scope has at most one owner, the task that runs it; a task stands in one scope, its innermost. In the
 * loop, a scope is {@code effective} if it was cancelled, or if it has no shield and the scope around it is effective.
 * Each change of these conditions walks down the tree at once and wakes the tasks that wait. So a checkpoint reads one
 * flag, however deep the tree is ({@code ScopeStressTest} compares it with a model). The shield is read from any
 * thread; the rest is confined to the loop.
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

    /** Called when the scope was added to the tree; it may have been cancelled before. */
    final void settle(boolean isCancelled) {
        cancelled = isCancelled;
        effective(isCancelled || isCancelledFromOutside());
    }

    /**
     * The owner has left the scope and stands in the one around it again. If the task does not own that scope, the task
     * has ended. No cancellation reaches it there, so it counts as cancelled: otherwise code that an error runs could
     * wait indefinitely.
     */
    final void returnOwner() {
        S around = parent();
        Cancellable<S> task = owner;
        if (task != null && around != null) {
            task.standIn(around, around.isEffective() || around.owner() != task);
        }
    }

    /**
     * Moves the scope, with all scopes in it, under another one: for a started task that has reported that it is ready.
     * In the loop.
     */
    public final void moveTo(S enclosing) {
        remove();
        addTo(enclosing);
        if (enclosing.isEffective()) {
            markEffective();
        }
    }

    /**
     * Takes the scope from its owner, which leaves while other tasks are still in it. The caller cancels the scope. On
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

    /** Whether the scope itself was cancelled, and that is in effect. */
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
                // memory is short; the tasks behind it in the tree are still cancelled
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

    /**
     * Stops at cancelled scopes, which stay effective with all below them, and at shields, behind which nothing was
     * marked.
     */
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

    /** Raises or lowers the shield; the scope need not be in the tree. */
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
            // outer cancellations no longer affect the tree below
            effective(false);
            visitBelow(CLEARING);
        }
    }

    // ---- the way up

    /** The scope of another loop in which this one lies, or null. From any thread. */
    @Nullable
    S beyond() {
        return null;
    }

    /** The scope around this one, unless a shield hides it. From any thread. */
    final @Nullable S visibleParent() {
        return shield ? null : parent();
    }

    /**
     * Whether a cancellation of another scope takes effect in this one: the other scope is this one, or encloses it
     * with no shield in between, perhaps on another loop. From any thread.
     */
    final boolean sees(CancelScope other) {
        for (S scope = self(); scope != null; scope = scope.visibleParent()) {
            S outer = scope.beyond();
            if (scope == other || (outer != null && outer.sees(other))) {
                return true;
            }
        }
        return false;
    }

    /** The scope that has cancelled a task in this scope: the outermost cancelled one that it sees. */
    final @Nullable S responsible() {
        S outermost = null;
        for (S scope = self(); scope != null; scope = scope.visibleParent()) {
            outermost = scope.isCancelled() ? scope : outermost;
        }
        // none is seen if a shield was raised after the task had been woken
        for (S scope = self(); scope != null && outermost == null; scope = scope.parent()) {
            outermost = scope.isCancelled() ? scope : null;
        }
        return outermost;
    }

    /** The scope around this one, once it was entered; the root returns itself. */
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
     * The outermost scope around this one, right below the root. In the loop.
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

    /** Whether this scope is the other one or lies in it, whatever the shields. */
    public final boolean isWithin(S other) {
        S scope = self();
        while (scope != null && scope != other) {
            scope = scope.parent();
        }
        return scope != null;
    }

    /** Adds the tasks in this scope and below to a collection. In the loop. */
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
