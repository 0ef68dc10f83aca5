package io.anyio.api.task;

import io.anyio.api.spi.error.Errors;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several errors of one task group, or a single one that may not leave the group as itself.
 *
 * {@snippet :
 * ExceptionGroup both = assertThrows(ExceptionGroup.class,
 *         () -> AnyIO.createTaskGroup(IOException.class).run(group -> {
 *             group.spawn("fetch", () -> fetch("file"));
 *             try (AutoCloseable _ = () -> fail("while it is being cancelled")) {
 *                 AnyIO.sleepForever();
 *             }
 *         }));
 * assertEquals(2, both.exceptions().size());
 * assertTrue(both.find(IOException.class).isPresent());
 * assertSame(both.exceptions().getFirst(), both.rootCause());
 * }
 *
 * <p>It is unchecked. The message lists the members in order. The first member is the cause and the next ones are
 * suppressed exceptions, so that a logged stack trace shows them; message and trace show ten members at most.
 *
 * <p>Guide: {@code docs/tasks.md}. In AnyIO: {@code anyio.ExceptionGroup}.
 */
public final class ExceptionGroup extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 10;
    private static final String SEPARATOR = "\n----------------------------\n";

    @SuppressWarnings("serial") // an unmodifiable list, which is serializable
    private final List<Throwable> exceptions;

    /**
     * Makes a group of errors.
     *
     * @param exceptions the members, in order of occurrence; at least one
     */
    public ExceptionGroup(List<? extends Throwable> exceptions) {
        super(describe(exceptions), exceptions.getFirst());
        this.exceptions = List.copyOf(exceptions);
        for (Throwable other : this.exceptions.subList(1, Math.min(SHOWN, exceptions.size()))) {
            addSuppressed(other);
        }
    }

    private static String describe(List<? extends Throwable> exceptions) {
        if (Objects.requireNonNull(exceptions, "ExceptionGroup: the list of members is null").isEmpty()) {
            throw new IllegalArgumentException("An ExceptionGroup was made of 0 exceptions: give at least one");
        }
        int count = exceptions.size();
        StringBuilder text = new StringBuilder(
                count == 1
                        ? "1 exception was raised in the task group:"
                        : count + " exceptions were raised in the task group:");
        for (Throwable member : exceptions.subList(0, Math.min(SHOWN, count))) {
            text.append(SEPARATOR).append(Errors.text(member));
        }
        if (count > SHOWN) {
            text.append(SEPARATOR).append("and ").append(count - SHOWN).append(" more");
        }
        return text.toString();
    }

    /**
     * Returns the members, in order of occurrence.
     *
     * @return an unmodifiable list
     */
    public List<Throwable> exceptions() {
        return exceptions;
    }

    /**
     * Returns the first error that is not itself a group, which most likely caused the others.
     *
     * @return the first member that is not a group, at any depth
     */
    public Throwable rootCause() {
        Throwable first = this;
        while (first instanceof ExceptionGroup group) {
            first = group.exceptions.getFirst();
        }
        return first;
    }

    /**
     * Finds the first member of a type, at any depth.
     *
     * @param <X> the type
     * @param type its class
     * @return the first such member that is not a group, or empty
     */
    public <X extends Throwable> Optional<X> find(Class<X> type) {
        Objects.requireNonNull(type, "ExceptionGroup.find: the type is null");
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> todo = new ArrayDeque<>(List.of(this));
        for (Throwable next = todo.poll(); next != null; next = todo.poll()) {
            if (!(next instanceof ExceptionGroup group)) {
                if (type.isInstance(next)) {
                    return Optional.of(type.cast(next));
                }
            } else if (seen.add(group)) {
                group.exceptions.reversed().forEach(todo::push);
            }
        }
        return Optional.empty();
    }

    /**
     * Separates the members that match from the others, at any depth. Both results keep the nesting of this group.
     *
     * @param matching the test, applied to members that are not groups
     * @return both results
     */
    public Split split(Predicate<? super Throwable> matching) {
        Objects.requireNonNull(matching, "ExceptionGroup.split: the test is null");
        return new Split(subgroup(matching), subgroup(matching.negate()));
    }

    /** Members before their groups, which may be deep, and the same in several places. */
    private @Nullable ExceptionGroup subgroup(Predicate<? super Throwable> matching) {
        IdentityHashMap<ExceptionGroup, Optional<ExceptionGroup>> done = new IdentityHashMap<>();
        Deque<ExceptionGroup> open = new ArrayDeque<>(List.of(this));
        for (ExceptionGroup group = open.peek(); group != null; group = open.peek()) {
            int depth = open.size();
            for (Throwable member : group.exceptions) {
                if (member instanceof ExceptionGroup inner && !done.containsKey(inner)) {
                    open.push(inner);
                }
            }
            if (open.size() == depth) {
                open.pop();
                if (!done.containsKey(group)) {
                    done.put(group, Optional.ofNullable(group.withMembers(matching, done)));
                }
            }
        }
        return done.getOrDefault(this, Optional.empty()).orElse(null);
    }

    private @Nullable ExceptionGroup withMembers(Predicate<? super Throwable> matching,
            IdentityHashMap<ExceptionGroup, Optional<ExceptionGroup>> done) {
        List<Throwable> kept = new ArrayList<>();
        boolean whole = true;
        for (Throwable member : exceptions) {
            Throwable part = member instanceof ExceptionGroup group
                    ? done.getOrDefault(group, Optional.empty()).orElse(null)
                    : matching.test(member) ? member : null;
            whole &= part == member;
            if (part != null) {
                kept.add(part);
            }
        }
        return whole ? this : kept.isEmpty() ? null : new ExceptionGroup(kept);
    }

    @Override
    public void printStackTrace(PrintStream target) {
        Objects.requireNonNull(target, "ExceptionGroup.printStackTrace: the target is null");
        target.print(trace());
    }

    @Override
    public void printStackTrace(PrintWriter target) {
        Objects.requireNonNull(target, "ExceptionGroup.printStackTrace: the target is null");
        target.print(trace());
    }

    /** A member whose own code fails when it is printed must not hide the others. */
    private String trace() {
        StringWriter text = new StringWriter();
        try {
            super.printStackTrace(new PrintWriter(text));
        } catch (Throwable e) {
            text.write(System.lineSeparator() + "... (a member cannot be printed: " + Errors.text(e) + ")"
                    + System.lineSeparator());
        }
        return text.toString();
    }

    /**
     * The result of {@link ExceptionGroup#split}.
     *
     * @param matching the group of the members that match, or null if none does
     * @param rest the group of the others, or null if there are none
     */
    public record Split(@Nullable ExceptionGroup matching, @Nullable ExceptionGroup rest) {}
}
