package io.anyio.impl.stream;

import io.anyio.api.stream.ClosedResourceException;

/**
 * One end of a memory object stream, or one of its clones, as the channel sees it.
 *
 * <p>The channel refers to it only while a task waits through it, so that an end which was forgotten can be collected
 * and reported.
 */
abstract class End {
    final boolean sends;
    final Leak leak;
    private final String name;

    /** Whether this very end is closed; guarded by the channel. */
    boolean closed;

    /** How many tasks wait through this end; guarded by the channel. */
    int waiting;

    End(boolean sends, String name) {
        this.sends = sends;
        this.name = name;
        this.leak = Leak.watch(this, name);
    }

    final ClosedResourceException closedError() {
        return new ClosedResourceException(name);
    }

    @Override
    public final String toString() {
        return name;
    }
}
