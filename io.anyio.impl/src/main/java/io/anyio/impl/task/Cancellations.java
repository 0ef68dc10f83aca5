package io.anyio.impl.task;

import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a thrown error holds of a scope's cancellation, and what remains without it.
 *
 * @param first the first cancellation that was found, or null
 * @param rest the error without cancellations, or null if nothing is left
 */
record Cancellations(@Nullable CancelledError first, @Nullable Throwable rest) {

    /** Takes the cancellations out of what was thrown in a scope. Errors that were suppressed in a cancellation, such as a failed flush in a close, remain. */
    static Cancellations in(Throwable thrown, Scope scope) {
        List<CancelledError> found = new ArrayList<>();
        List<Throwable> suppressed = new ArrayList<>();
        Throwable rest = without(thrown, scope, found, suppressed);
        if (!suppressed.isEmpty()) {
            if (rest != null) {
                suppressed.addFirst(rest);
            }
            rest = suppressed.size() == 1 ? suppressed.getFirst() : new ExceptionGroup(suppressed);
        }
        return new Cancellations(found.isEmpty() ? null : found.getFirst(), rest);
    }

    private static @Nullable Throwable without(Throwable thrown, Scope scope, List<CancelledError> found, List<Throwable> suppressed) {
        CancelledError cancelled = causeIn(thrown, scope);
        if (cancelled != null) {
            found.add(cancelled);
            for (Throwable other : thrown.getSuppressed()) {
                Throwable kept = without(other, scope, found, suppressed);
                if (kept != null) {
                    suppressed.add(kept);
                }
            }
            return null;
        }
        if (!(thrown instanceof ExceptionGroup group)) {
            return thrown;
        }
        List<Throwable> kept = new ArrayList<>();
        boolean whole = true;
        for (Throwable member : group.exceptions()) {
            Throwable part = without(member, scope, found, suppressed);
            whole &= part == member;
            if (part != null) {
                kept.add(part);
            }
        }
        if (whole) {
            return thrown;
        }
        return kept.isEmpty() ? null : kept.size() == 1 ? kept.getFirst() : new ExceptionGroup(kept);
    }

    /** The cancellation which an error is: any {@link CancelledError} itself, or one of this scope in the chain of causes. */
    private static @Nullable CancelledError causeIn(Throwable thrown, Scope scope) {
        if (thrown instanceof CancelledError cancelled) {
            return cancelled;
        }
        if (thrown instanceof ExceptionGroup) {
            return null;
        }
        int depth = 0;
        for (Throwable cause = thrown.getCause(); cause != null && depth < 100; cause = cause.getCause()) {
            if (cause instanceof CancelledError cancelled && cancelled.scope() == scope) {
                return cancelled;
            }
            depth++;
        }
        return null;
    }
}
