package io.anyio.impl.scope;

import io.anyio.impl.link.Link;
import org.jspecify.annotations.Nullable;

/**
 * A node of a tree whose links are fields of the nodes: a node is added, moved and removed at the same cost whatever
 * the size of the tree, and needs no memory beside its own. Not thread-safe.
 *
 * <p>A node that was removed keeps its parent: what was thrown inside a scope that has been left may be judged by the
 * scopes that were around it.
 *
 * @param <N> the type of the nodes
 */
abstract class Node<N extends Node<N>> extends Link<N> {
    private @Nullable N parent;

    /** The child that was added last: the newest come first. */
    @Nullable
    N firstChild;

    /**
     * What a walk does at a node. Each is a class with a name and no lambda: the JVM links a lambda when it is first
     * reached, which takes more stack than a cancellation may have.
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

    /** Removes the node with all below it; a second time has no effect. */
    final void remove() {
        N above = parent;
        if (above != null) {
            above.firstChild = leave(above.firstChild);
        }
    }

    /** Visits the nodes below this one, a node before its children. Nothing recurses: trees may be deep. */
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
