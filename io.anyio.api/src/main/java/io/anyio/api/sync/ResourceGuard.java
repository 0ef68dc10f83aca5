package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Ensures that one task at a time uses a resource, by refusing the others.
 *
 * {@snippet :
 * ResourceGuard reading = AnyIO.createResourceGuard("reading from");
 * try (Held _ = reading.use()) {
 *     assertThrows(BusyResourceException.class, () -> reading.use());
 * }
 * }
 *
 * <p>Guide: {@code docs/synchronization.md}. It corresponds to {@code ResourceGuard} of later versions of AnyIO.
 */
@ProviderType
public interface ResourceGuard {
    /**
     * Begins to use the resource. Not a checkpoint; from any thread.
     *
     * @return an object whose {@code close} ends the use
     * @throws BusyResourceException if the resource is already in use
     */
    Held use();
}
