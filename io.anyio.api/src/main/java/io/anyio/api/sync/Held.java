package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Something that is held until it is closed, for try-with-resources: a lock, a slot of a semaphore, a token of a
 * limiter.
 *
 * {@snippet :
 * try (Held _ = lock.hold()) {
 *     change();
 * }
 * }
 */
@ProviderType
public interface Held extends AutoCloseable {
    /**
     * Gives back what is held. Not a checkpoint, so that it works in a cancelled scope; a second call does nothing. By
     * the task that holds it.
     *
     * @throws BrokenLockException if it is a lock which broke meanwhile
     * @throws IllegalStateException if what is held was given back by other means
     */
    @Override
    void close();
}
