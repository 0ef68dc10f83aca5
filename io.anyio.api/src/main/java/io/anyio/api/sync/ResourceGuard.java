package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Sees to it that a resource is used by one task at a time, by refusing the others.
 *
 * {@snippet :
 * try (Held _ = reading.use()) {
 *     return channel.receive();
 * }
 * }
 */
@ProviderType
public interface ResourceGuard {
    /**
     * Begins to use the resource. Not a checkpoint; from any thread.
     *
     * @return ends the use when it is closed
     * @throws BusyResourceException if the resource is in use
     */
    Held use();
}
