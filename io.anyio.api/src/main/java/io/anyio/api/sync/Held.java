package io.anyio.api.sync;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Something that a task holds until it closes this object, best by try-with-resources: a lock, a slot of a semaphore, a
 * token of a limiter, or the use of a guarded resource.
 *
 * {@snippet :
 * try (Held _ = lock.hold()) {
 *     int before = readBalance();
 *     writeBalance(before + 5);
 * }
 * }
 *
 * <p>Guide: {@code docs/synchronization.md}. AnyIO uses {@code async with} for this.
 */
@ProviderType
public interface Held extends AutoCloseable {
    /**
     * Releases what is held. To be called by the task that holds it; a second call has no effect. Not a checkpoint, so
     * that it works in a cancelled scope.
     *
     * @throws BrokenLockException if it is a lock that has broken in the meantime
     * @throws IllegalStateException if what is held has already been released in another way
     */
    @Override
    void close();
}
