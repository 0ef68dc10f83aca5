package io.anyio.api.thread;

import io.anyio.api.task.BlockWith;
import io.anyio.api.task.BodyWith;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A portal that threads share: the first user starts it, the last one stops it and waits for its end. Thread-safe; a
 * later user starts a new one.
 */
@ProviderType
public interface PortalProvider {
    /**
     * Begins a use.
     *
     * @return the use, to be closed on any thread
     * @throws IllegalArgumentException if there is no such backend
     * @throws io.anyio.api.task.LoopClosedException if the holder of the service has gone
     */
    PortalLease open();

    /**
     * Uses the portal for a block.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     */
    default <X extends Exception> void run(BlockWith<BlockingPortal, X> block) throws X {
        Objects.requireNonNull(block, "PortalProvider.run: the block is null");
        try (PortalLease lease = open()) {
            block.run(lease.portal());
        }
    }

    /**
     * Uses the portal for a body and returns its value.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     */
    default <T extends @Nullable Object, X extends Exception> T call(BodyWith<BlockingPortal, T, X> body) throws X {
        Objects.requireNonNull(body, "PortalProvider.call: the body is null");
        try (PortalLease lease = open()) {
            return body.call(lease.portal());
        }
    }
}
