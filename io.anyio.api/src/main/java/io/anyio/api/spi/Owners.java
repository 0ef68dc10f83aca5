package io.anyio.api.spi;

import org.osgi.annotation.versioning.ProviderType;

/** Knows who started what, so that it ends with them. */
@ProviderType
public interface Owners {
    /**
     * Opens an owner for one use of one service. Costs no thread before its first task.
     *
     * @param service what the service is called in messages
     * @param holder who uses it
     * @return the owner, to be closed when the user lets go
     */
    Owner open(String service, Holder holder);
}
