package io.anyio.impl.stream;

import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.Waiter;
import org.jspecify.annotations.Nullable;

/** A task that waits to send or to receive, through one end. */
final class Transfer extends Waiter {
    final End end;

    /** The item that a sender offers or a receiver got; guarded by the channel until the wait is granted. */
    @Nullable
    Object item;

    /** Whether its own end was closed, rather than the other side; written before the wait is closed. */
    boolean ownEndClosed;

    Transfer(Parkable task, String operation, End end, @Nullable Object item) {
        super(task, operation);
        this.end = end;
        this.item = item;
    }
}
