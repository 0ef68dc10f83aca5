package io.anyio.impl.scope;

import io.anyio.impl.link.Link;
import org.jspecify.annotations.Nullable;

/**
 * A node of a tree whose links are fields of the nodes. Adding, moving and removing a node costs the same in a tree of
 * any size, and needs no more memory. Not thread-safe.
 *
 * <p>A removed node keeps its parent: the scopes that were around a scope decide about what was thrown in it, even
 * after it was left.
 *
 * @param <N> the type of the nodes
 */
abstract class Node<N extends Node<N>> extends Link<N> {
    private @Nullable N parent;

    /** The child that was added last: the newest come first. */
    @Nullable
    N firstChild;

    /**
     * What a walk does at a node. Each visitor is a named class and not a lambda: the JVM links a lambda when it is
     * first reached, which takes more stack than a cancellation may have left.
     */
    abstract static class Visitor<N> {
        /** Visits a node, and decides whether the walk goes on below it. */
        abstract boolean visit(N node);
    }

    final @Nullable N parent() {
        return parent;
    }

    final void addTo(N newParent) {
        parent = newParent;
        newParent.firstChild = joinBefore(newParent.firstChild);
    }

    /** Removes the node with all below it; no effect if it was removed before. */
    final void remove() {
        N above = parent;
        if (above != null) {
            above.firstChild = leave(above.firstChild);
        }
    }

    /** Visits the nodes below this one, each before its children. Does not recurse, because trees may be deep. */
    final void visitBelow(Visitor<? super N> visitor) {
        N at = firstChild;
        while (at != null) {
            N below = visitor.visit(at) ? at.firstChild : null;
            at = below == null ? behind(at) : below;
        }
    }

    /** The next node below this one that is neither visited nor below the given one. */
    private @Nullable N behind(N left) {
        N at = left;
        while (at.next() == null) {
            N up = at.parent();
            if (up == null || up == this) {
                return null;
            }
            at = up;
        }
        return at.next();
    }
}
