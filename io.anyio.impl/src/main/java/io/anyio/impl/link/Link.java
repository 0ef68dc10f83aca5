package io.anyio.impl.link;

import org.jspecify.annotations.Nullable;

/**
 * A member of a list, with the links of the list in its own fields. Joining and leaving cost the same in a list of any
 * length. They need no memory, so they cannot fail half-way.
 *
 * <p>There is no object for the list. Its owner has a field for the first member, which each change returns, and one
 * for the last member if it needs that. Only one thread at a time may change a list. A member is in one list at a time.
 * {@code WaitQueueTest} compares random changes with a {@code List}.
 *
 * @param <N> the type of the members
 */
public abstract class Link<N extends Link<N>> {
    @Nullable
    N previous;
    @Nullable
    N next;

    /** Makes a member that is in no list. */
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
     * The member before this one.
     *
     * @return the previous member, or null
     */
    public final @Nullable N previous() {
        return previous;
    }

    /**
     * The member after this one.
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
     * Leaves its list; no effect on a member that has left it.
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
     * Cuts its list after this member: the members after it are a list of their own from now on.
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
