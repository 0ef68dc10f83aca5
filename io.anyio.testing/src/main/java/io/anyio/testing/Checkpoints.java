package io.anyio.testing;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asserts whether code is a checkpoint, as its documentation says. The methods are for tasks; they are checkpoints if
 * the code is.
 *
 * {@snippet :
 * Lock lock = AnyIO.createLock();
 * Checkpoints.assertCheckpoint(() -> lock.acquire());
 * Checkpoints.assertNoCheckpoint(() -> lock.release());
 * }
 *
 * <p>Guide: {@code docs/testing.md}. Trio has {@code trio.testing.assert_checkpoints} for this.
 */
public final class Checkpoints {
    private Checkpoints() {}

    /**
     * Runs a block, and fails if it passes no checkpoint.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws AssertionError if the code passed no checkpoint
     */
    public static <X extends Exception> void assertCheckpoint(Block<X> block) throws X {
        Objects.requireNonNull(block, "Checkpoints.assertCheckpoint: the block is null");
        Checkpoints.<@Nullable Void, X>assertCheckpoint(Bodies.of(block));
    }

    /**
     * Runs a body, and fails if it passes no checkpoint.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws AssertionError if the code passed no checkpoint
     */
    public static <T extends @Nullable Object, X extends Exception> T assertCheckpoint(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "Checkpoints.assertCheckpoint: the body is null");
        TaskContext task = TaskContext.current("Checkpoints.assertCheckpoint");
        long before = task.checkpointMark();
        T value = body.call();
        if (task.checkpointMark() == before) {
            throw new AssertionError("The code was expected to pass a checkpoint, but it passed none");
        }
        return value;
    }

    /**
     * Runs a block, and fails if it passes a checkpoint.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws AssertionError if the code passed a checkpoint
     */
    public static <X extends Exception> void assertNoCheckpoint(Block<X> block) throws X {
        Objects.requireNonNull(block, "Checkpoints.assertNoCheckpoint: the block is null");
        Checkpoints.<@Nullable Void, X>assertNoCheckpoint(Bodies.of(block));
    }

    /**
     * Runs a body, and fails if it passes a checkpoint.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws AssertionError if the code passed a checkpoint
     */
    public static <T extends @Nullable Object, X extends Exception> T assertNoCheckpoint(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "Checkpoints.assertNoCheckpoint: the body is null");
        TaskContext task = TaskContext.current("Checkpoints.assertNoCheckpoint");
        long before = task.checkpointMark();
        T value = body.call();
        if (task.checkpointMark() != before) {
            throw new AssertionError("The code was expected to pass no checkpoint, but it passed one");
        }
        return value;
    }
}
