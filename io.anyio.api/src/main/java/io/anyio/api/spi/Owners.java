package io.anyio.api.spi;

import org.osgi.annotation.versioning.ProviderType;

/** Makes owners, so that tasks and resources end with the component or bundle that started them. */
@ProviderType
public interface Owners {
    /**
     * Opens an owner for one use of one service. Costs no thread before its first task.
     *
     * @param service the name of the service, for display
     * @param holder the user of the service
     * @return the owner, to be closed when the holder releases the service
     */
    Owner open(String service, Holder holder);
}
