package io.anyio.impl.link;

import org.jspecify.annotations.Nullable;

/**
 * A member of a list that holds the list's links itself: it joins and leaves at the same cost however long the list is,
 * and takes no memory for that, so it cannot fail half-way.
 *
 * <p>The list is no object. Its owner has a field for the first member, which each change returns anew, and one for the
 * last member if it needs that. The owner lets only one thread at a time change the list, and a member is in one list
 * at a time. {@code WaitQueueTest} compares random changes with a {@code List}.
 *
 * @param <N> the type of the members
 */
public abstract class Link<N extends Link<N>> {
    @Nullable
    N previous;
    @Nullable
    N next;

    /** Makes one that is in no list. */
    protected Link() {}

    /**
     * This member, as its own type.
     *
     * @return this
     */
    @SuppressWarnings("unchecked") // N is the type of all members
    protected final N self() {
        return (N) this;
    }

    /**
     * The member in front of this one.
     *
     * @return the previous member, or null
     */
    public final @Nullable N previous() {
        return previous;
    }

    /**
     * The member behind this one.
     *
     * @return the next member, or null
     */
    public final @Nullable N next() {
        return next;
    }

    /**
     * Joins a list at its beginning.
     *
     * @param first the first member until now, null if the list is empty
     * @return the first member from now on: this one
     */
    public final N joinBefore(@Nullable N first) {
        next = first;
        if (first != null) {
            first.previous = self();
        }
        return self();
    }

    /**
     * Joins a list at its end.
     *
     * @param last the last member until now, null if the list is empty
     * @return the last member from now on: this one
     */
    public final N joinBehind(@Nullable N last) {
        previous = last;
        if (last != null) {
            last.next = self();
        }
        return self();
    }

    /**
     * Leaves its list; a member that has left it already changes nothing.
     *
     * @param first the first member until now
     * @return the first member from now on, null if the list is empty
     */
    public final @Nullable N leave(@Nullable N first) {
        N before = previous;
        N behind = next;
        previous = null;
        next = null;
        if (behind != null) {
            behind.previous = before;
        }
        if (before != null) {
            before.next = behind;
        }
        return first == this ? behind : first;
    }

    /**
     * Ends its list: the members behind this one are a list of their own from now on.
     *
     * @return the first of those, null if there are none
     */
    public final @Nullable N cut() {
        N behind = next;
        next = null;
        if (behind != null) {
            behind.previous = null;
        }
        return behind;
    }
}
