package io.anyio.impl.scope;

import io.anyio.api.spi.error.Errors;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TimedOutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the cancellations out of what leaves a scope that is effectively cancelled. If a scope is not, no error counts
 * as a cancellation.
 *
 * <p>A {@link CancelledError} is a cancellation. So is an error with a {@code CancelledError} as its cause, if it was
 * thrown while that cancellation was pending: until the scope of the {@code CancelledError} was left with it. What was
 * suppressed in a cancellation, such as a failed flush in a close, is an error and remains. Members, causes and
 * suppressed errors may be many, deep, shared and circular: so nothing recurses, nothing is examined twice, and only
 * {@link Errors} calls the code of an error. {@code WhatLeavesTest} and {@code ErrorsTest} prove it.
 */
public final class Cancellations {
    private final Judge judge;
    private final Deque<Throwable> todo = new ArrayDeque<>();
    private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<ExceptionGroup, Optional<Throwable>> reduced = new IdentityHashMap<>();
    private @Nullable CancelledError first;

    private Cancellations(Judge judge) {
        this.judge = judge;
    }

    /**
     * What was found.
     *
     * @param first the first cancellation, or null
     * @param rest the errors that remain; the same object if nothing was taken out of it
     */
    public record Found(@Nullable CancelledError first, List<Throwable> rest) {
        /** What remains, as one error or none. */
        @Nullable
        Throwable asOne() {
            return rest.isEmpty() ? null : rest.size() == 1 ? rest.getFirst() : new ExceptionGroup(rest);
        }
    }

    /** A scope that is left, or is the scope of a group. */
    public interface Judge {
        /**
         * Whether a cancellation that is now the cause of another error is still pending. Then that error is a
         * cancellation for this scope, too.
         *
         * @param cancelled the scope of the cancellation, or null if it has none
         * @param ofThisTask true if it was thrown in the task that throws now, false if in a task that was awaited
         * @return true if so
         */
        boolean isPendingHere(@Nullable CancelScope cancelled, boolean ofThisTask);
    }

    /**
     * Separates an error into cancellations and the rest.
     *
     * @param thrown what leaves the scope, or was thrown by a member of the scope's group
     * @param scope the scope
     * @return the first cancellation, and what remains
     */
    public static Found in(Throwable thrown, Judge scope) {
        if (thrown instanceof CancelledError bare && bare.getSuppressed().length == 0) {
            return new Found(bare, List.of());
        }
        Cancellations search = new Cancellations(scope);
        List<Throwable> rest = new ArrayList<>(1);
        search.todo.add(thrown);
        for (Throwable next = search.todo.poll(); next != null; next = search.todo.poll()) {
            Throwable kept = search.seen.add(next) ? search.without(next) : null;
            if (kept != null) {
                rest.add(kept);
            }
        }
        return new Found(search.first, rest);
    }

    private @Nullable Throwable without(Throwable thrown) {
        return thrown instanceof ExceptionGroup group ? withoutMembers(group) : isCancellation(thrown) ? null : thrown;
    }

    /** Reduces members before their groups. */
    private @Nullable Throwable withoutMembers(ExceptionGroup outermost) {
        Deque<ExceptionGroup> open = new ArrayDeque<>();
        open.push(outermost);
        while (!open.isEmpty()) {
            ExceptionGroup group = open.peek();
            int depth = open.size();
            for (Throwable member : group.exceptions()) {
                if (member instanceof ExceptionGroup inner && !reduced.containsKey(inner)) {
                    open.push(inner);
                }
            }
            if (open.size() == depth) {
                open.pop();
                if (!reduced.containsKey(group)) {
                    reduced.put(group, reduce(group));
                }
            }
        }
        return reduced.getOrDefault(outermost, Optional.empty()).orElse(null);
    }

    private Optional<Throwable> reduce(ExceptionGroup group) {
        List<Throwable> kept = new ArrayList<>();
        boolean whole = true;
        for (Throwable member : group.exceptions()) {
            Throwable part = member instanceof ExceptionGroup inner
                    ? reduced.getOrDefault(inner, Optional.empty()).orElse(null)
                    : isCancellation(member) ? null : member;
            whole &= part == member;
            if (part != null) {
                kept.add(part);
            }
        }
        if (whole) {
            return Optional.of(group);
        }
        // suppressed errors beside the members, for example of a close
        seen.addAll(group.exceptions());
        todo.addAll(List.of(group.getSuppressed()));
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        if (kept.size() == 1 && isUnchecked(kept.getFirst())) {
            return Optional.of(kept.getFirst());
        }
        // a checked exception stays in a group of one
        ExceptionGroup rest = new ExceptionGroup(kept);
        rest.setStackTrace(group.getStackTrace());
        return Optional.of(rest);
    }

    /**
     * Whether an error may be thrown without being declared.
     *
     * @param error the error
     * @return false for a checked exception
     */
    public static boolean isUnchecked(Throwable error) {
        return error instanceof RuntimeException || error instanceof Error;
    }

    private boolean isCancellation(Throwable thrown) {
        boolean ofThisTask = true;
        List<Throwable> chain = thrown instanceof CancelledError ? List.of(thrown) : Errors.chain(thrown);
        for (int i = 0; i < chain.size(); i++) {
            Throwable at = chain.get(i);
            if (at instanceof TimedOutException || at instanceof ExceptionGroup) {
                return false;
            }
            if (at instanceof CancelledError cancelled
                    && (i == 0 || judge.isPendingHere(cancelled.scope(), ofThisTask))) {
                first = first == null ? cancelled : first;
                for (Throwable dropped : chain.subList(0, i + 1)) {
                    todo.addAll(List.of(dropped.getSuppressed()));
                }
                return true;
            }
            ofThisTask &= !(at instanceof TaskFailedException);
        }
        return false;
    }
}
