package io.anyio.api.thread;

import org.osgi.annotation.versioning.ProviderType;

/** One use of a shared portal; see {@link PortalProvider#open}. */
@ProviderType
public interface PortalLease extends AutoCloseable {
    /**
     * Returns the shared portal.
     *
     * @return the portal, which the caller must not stop or close
     * @throws IllegalStateException if this lease has been closed
     */
    BlockingPortal portal();

    /**
     * Ends the use. If it is the last one, this method stops the portal and waits for its end. From any thread; a
     * second call has no effect.
     */
    @Override
    void close();
}
