package io.anyio.api.thread;

import io.anyio.api.task.BlockWith;
import io.anyio.api.task.BodyWith;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Shares one portal among several threads.
 *
 * {@snippet :
 * Portals portals = AnyIO.service(Portals.class);
 * PortalProvider provider = portals.provider();
 * int length = provider.call(portal -> portal.call(() -> fetchLength(url)));
 * }
 *
 * <p>The first user starts the portal; the last one stops it and waits for its end. A later user starts a new one. All
 * methods may be called from any thread.
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. It corresponds to {@code BlockingPortalProvider} of later versions of
 * AnyIO.
 */
@ProviderType
public interface PortalProvider {
    /**
     * Begins a use.
     *
     * @return the use, which the caller must close, on any thread
     * @throws IllegalArgumentException if the options name an unknown backend
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds the service has stopped
     */
    PortalLease open();

    /**
     * Runs a block on the calling thread, with the shared portal.
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
     * Runs a body on the calling thread, with the shared portal, and returns its value.
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
