package io.anyio.api.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several errors of one task group, or one that may not leave as itself.
 *
 * <p>It is unchecked (AnyIO 4: an ordinary exception if its members are). The message names the members, the first one first; cause and suppressed exceptions are the first members, so
 * that a logged stack trace shows them.
 */
public final class ExceptionGroup extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 10;
    private static final int LONGEST = 1000;
    private static final String SEPARATOR = "\n----------------------------\n";

    @SuppressWarnings("serial") // an unmodifiable list, which is serializable
    private final List<Throwable> exceptions;

    /**
     * Makes a group.
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
        if (exceptions.isEmpty()) {
            throw new IllegalArgumentException("An exception group needs a member, got none");
        }
        int count = exceptions.size();
        StringBuilder text = new StringBuilder(
                count == 1 ? "1 exception was raised in the task group:" : count + " exceptions were raised in the task group:");
        for (Throwable member : exceptions.subList(0, Math.min(SHOWN, count))) {
            text.append(SEPARATOR).append(textOf(member));
        }
        if (count > SHOWN) {
            text.append(SEPARATOR).append("and ").append(count - SHOWN).append(" more");
        }
        return text.toString();
    }

    /** A long text, such as that of a deeply nested group, is cut; a member whose own code fails at it is named by its class. */
    private static String textOf(Throwable member) {
        String text;
        try {
            text = member.toString();
        } catch (RuntimeException e) {
            text = member.getClass().getName();
        }
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /**
     * The members, in order of occurrence.
     *
     * @return an unmodifiable list
     */
    public List<Throwable> exceptions() {
        return exceptions;
    }

    /**
     * The first error that is no group itself: what most likely started the others.
     *
     * @return the first leaf
     */
    public Throwable rootCause() {
        Throwable first = exceptions.getFirst();
        return first instanceof ExceptionGroup group ? group.rootCause() : first;
    }

    /**
     * The first member of a type, at any depth.
     *
     * @param <X> the type
     * @param type its class
     * @return the first leaf of that type
     */
    public <X extends Throwable> Optional<X> find(Class<X> type) {
        for (Throwable member : exceptions) {
            if (member instanceof ExceptionGroup group) {
                Optional<X> found = group.find(type);
                if (found.isPresent()) {
                    return found;
                }
            } else if (type.isInstance(member)) {
                return Optional.of(type.cast(member));
            }
        }
        return Optional.empty();
    }

    /**
     * The members that match and those that do not, at any depth, each in groups of the same shape.
     *
     * @param matching a test for leaves
     * @return both halves
     */
    public Split split(Predicate<? super Throwable> matching) {
        return new Split(subgroup(matching), subgroup(matching.negate()));
    }

    private @Nullable ExceptionGroup subgroup(Predicate<? super Throwable> matching) {
        List<Throwable> kept = new ArrayList<>();
        boolean whole = true;
        for (Throwable member : exceptions) {
            Throwable part = member instanceof ExceptionGroup group ? group.subgroup(matching) : matching.test(member) ? member : null;
            whole &= part == member;
            if (part != null) {
                kept.add(part);
            }
        }
        return whole ? this : kept.isEmpty() ? null : new ExceptionGroup(kept);
    }

    /**
     * What {@link ExceptionGroup#split} gives.
     *
     * @param matching the group of the leaves that match, or null if none does
     * @param rest the group of the others, or null if there are none
     */
    public record Split(@Nullable ExceptionGroup matching, @Nullable ExceptionGroup rest) {}
}
