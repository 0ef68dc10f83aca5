package io.anyio.impl.stream;

import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * A task that waits to send or to receive, through one end. Its value is the item: offered by a sender, given to a
 * receiver.
 */
final class Transfer extends Waiter {
    final End<?> end;

    /** Whether its own end was closed, rather than the other side; written before the close. */
    boolean ownEndClosed;

    /** The next one of a chain that is to be woken. */
    @Nullable
    Transfer nextToWake;

    Transfer(Parkable task, String operation, End<?> end) {
        super(task, operation);
        this.end = end;
    }
}
