package io.anyio.api.thread;

import org.osgi.annotation.versioning.ProviderType;

/** One use of a shared portal. */
@ProviderType
public interface PortalLease extends AutoCloseable {
    /**
     * The shared portal.
     *
     * @return the portal; leave its end to the leases
     * @throws IllegalStateException if the lease was closed
     */
    BlockingPortal portal();

    /** Ends the use; the last one stops the portal and waits for its end. From any thread; twice is harmless. */
    @Override
    void close();
}
