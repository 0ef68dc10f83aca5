package io.anyio.testing;

import io.anyio.api.task.Block;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A test class with code around set-up, test and tear-down of each {@link AnyioTest}, in the same task: for scopes and
 * resources that span them.
 *
 * <p>Guide: {@code docs/testing.md}.
 */
@ConsumerType
public interface AroundEach {
    /**
     * Runs set-up, test and tear-down.
     *
     * @param test set-up, test and tear-down, to be run once; it throws {@link io.anyio.api.task.CancelledError} if one
     * of them does
     * @throws Exception if the test should fail
     */
    void aroundEach(Block<Exception> test) throws Exception;
}
