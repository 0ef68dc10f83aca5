package io.anyio.testing;

import io.anyio.api.task.Block;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A test class with code around set-up, test and tear-down of each {@link AnyioTest}, in the same task: for scopes and
 * resources that span them.
 */
@ConsumerType
public interface AroundEach {
    /**
     * Runs before set-up and ends after tear-down.
     *
     * @param test set-up, test and tear-down; to be run once. It throws {@link io.anyio.api.task.CancelledError} if one
     * of them did
     * @throws Exception fails the test
     */
    void aroundEach(Block<Exception> test) throws Exception;
}
