package io.anyio.impl.scope;

import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.park.Parkable;
import org.jspecify.annotations.Nullable;

/**
 * A task, as its scopes see it: it stands in nested scopes, which cancel it.
 *
 * <p>It knows its innermost scope and keeps a copy of that scope's flag, so that a checkpoint reads one field of the
 * task. The scopes keep the copy up to date. Confined to the loop.
 *
 * @param <S> the type of the scopes
 */
public abstract class Cancellable<S extends CancelScope> extends Parkable {
    private S scope;

    /** Whether a checkpoint throws. */
    private boolean effective;

    private @Nullable Watch watch;

    /** An observer of the scopes in which the task stands. */
    interface Watch {
        /** The task has entered or left a scope. On its own thread. */
        void scopeChanged();

        /** The task's innermost scope was cancelled. In the loop. */
        void cancellationArrived();
    }

    /**
     * Makes one that has not started.
     *
     * @param loop its loop
     * @param outermost its own scope
     */
    protected Cancellable(Loop loop, S outermost) {
        super(loop);
        this.scope = outermost;
    }

    @Override
    protected abstract CancelledError cancelled();

    /** Throws if cancelled. */
    public final void checkCancelled() {
        if (effective) {
            throw cancelled();
        }
    }

    @Override
    public final boolean cancellationPending() {
        return effective;
    }

    /** The innermost scope. In the loop. */
    public final S scope() {
        return scope;
    }

    /** Another scope is the innermost from now on, or its shield has changed. */
    final void standIn(S innermost, boolean isEffective) {
        scope = innermost;
        effective = isEffective;
        Watch told = watch;
        if (told != null) {
            told.scopeChanged();
        }
    }

    /** The innermost scope is effectively cancelled, or no longer. */
    final void effective(boolean now) {
        effective = now;
    }

    /** The innermost scope has become effectively cancelled. */
    final void cancellationArrived() {
        Watch told = watch;
        try {
            if (told != null) {
                told.cancellationArrived();
            }
        } finally {
            cancelWait();
        }
    }

    final @Nullable Watch watch() {
        return watch;
    }

    final void watch(@Nullable Watch told) {
        watch = told;
    }
}
