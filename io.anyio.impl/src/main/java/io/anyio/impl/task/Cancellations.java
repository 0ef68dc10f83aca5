package io.anyio.impl.task;

import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskFailedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the cancellations of a scope out of what was thrown in it. Errors that were suppressed in a cancellation, such as a failed flush in a close, remain. */
final class Cancellations {
    /** Longer chains of causes are not looked at: they may be circular. */
    private static final int LONGEST_CHAIN = 100;

    private final Scope scope;
    private final List<Throwable> suppressed = new ArrayList<>(0);
    private @Nullable CancelledError first;

    private Cancellations(Scope scope) {
        this.scope = scope;
    }

    /**
     * What was found.
     *
     * @param first the first cancellation, or null
     * @param rest the error without cancellations, or null if nothing is left
     */
    record Found(@Nullable CancelledError first, @Nullable Throwable rest) {}

    static Found in(Throwable thrown, Scope scope) {
        Cancellations search = new Cancellations(scope);
        Throwable rest = search.without(thrown);
        return new Found(search.first, search.withSuppressed(rest));
    }

    /** Adds the errors that were suppressed in a cancellation, and in cancellations that were suppressed there, such as that of a close. */
    static void collectSuppressed(CancelledError cancelled, List<Throwable> errors) {
        for (Throwable suppressed : cancelled.getSuppressed()) {
            if (suppressed instanceof CancelledError another) {
                collectSuppressed(another, errors);
            } else {
                errors.add(suppressed);
            }
        }
    }

    private @Nullable Throwable withSuppressed(@Nullable Throwable rest) {
        if (suppressed.isEmpty()) {
            return rest;
        }
        if (rest != null) {
            suppressed.addFirst(rest);
        }
        return suppressed.size() == 1 ? suppressed.getFirst() : new ExceptionGroup(suppressed);
    }

    private @Nullable Throwable without(Throwable thrown) {
        CancelledError cancelled = causeIn(thrown);
        if (cancelled != null) {
            first = first == null ? cancelled : first;
            keepSuppressed(thrown, List.of());
            if (cancelled != thrown) {
                keepSuppressed(cancelled, List.of());
            }
            return null;
        }
        return thrown instanceof ExceptionGroup group ? withoutMembers(group) : thrown;
    }

    private void keepSuppressed(Throwable dropped, List<Throwable> except) {
        for (Throwable other : dropped.getSuppressed()) {
            Throwable kept = except.contains(other) ? null : without(other);
            if (kept != null) {
                suppressed.add(kept);
            }
        }
    }

    private @Nullable Throwable withoutMembers(ExceptionGroup group) {
        List<Throwable> kept = new ArrayList<>();
        boolean whole = true;
        for (Throwable member : group.exceptions()) {
            Throwable part = without(member);
            whole &= part == member;
            if (part != null) {
                kept.add(part);
            }
        }
        if (whole) {
            return group;
        }
        // beside the members, for example the error of a close
        keepSuppressed(group, group.exceptions());
        if (kept.isEmpty()) {
            return null;
        }
        if (kept.size() == 1 && isUnchecked(kept.getFirst())) {
            return kept.getFirst();
        }
        // one that has to be declared stays in a group of one
        ExceptionGroup rest = new ExceptionGroup(kept);
        rest.setStackTrace(group.getStackTrace());
        return rest;
    }

    static boolean isUnchecked(Throwable error) {
        return error instanceof RuntimeException || error instanceof Error;
    }

    /** The cancellation which an error is: any {@link CancelledError} itself, or one of this scope in the chain of causes. */
    private @Nullable CancelledError causeIn(Throwable thrown) {
        if (thrown instanceof CancelledError cancelled) {
            return cancelled;
        }
        if (thrown instanceof ExceptionGroup) {
            return null;
        }
        boolean ofThisTask = true;
        Throwable at = thrown;
        for (int i = 0; i < LONGEST_CHAIN && at != null; i++) {
            if (at instanceof CancelledError cancelled && isOfScope(cancelled, ofThisTask)) {
                return cancelled;
            }
            ofThisTask &= !(at instanceof TaskFailedException);
            at = at.getCause();
        }
        return null;
    }

    /** A scope inside this one may have been the outermost when the error was thrown, and this one was cancelled later. Of another task that was awaited only this very scope counts. */
    private boolean isOfScope(CancelledError cancelled, boolean ofThisTask) {
        return cancelled.scope() == scope || (ofThisTask && cancelled.scope() instanceof Scope inner && inner.isWithin(scope));
    }
}
