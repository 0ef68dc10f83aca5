package io.anyio.api.thread;

import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Refers to a run of an event loop, so that threads that are not its workers can run code in it until it ends.
 *
 * {@snippet :
 * RunToken token = AnyIO.currentToken();
 * Thread.ofPlatform().start(() -> token.call(() -> {
 *     log.add(answer("click"));
 *     pressed.set();
 * }));
 * pressed.await();
 * }
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. It corresponds to {@code EventLoopToken} of later versions of AnyIO.
 */
@ProviderType
public interface RunToken {
    /**
     * Runs a body as a task of the run, and waits until it has ended. The task has the same owner as the task that made
     * the token; it is in none of the code's scopes and groups. An interrupt of the calling thread cancels it.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws io.anyio.api.task.LoopClosedException if the run has finished
     * @throws IllegalStateException if the caller is a task of the run
     * @throws java.util.concurrent.CancellationException if the task was cancelled
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X;

    /**
     * Runs a block as a task of the run, and waits until it has ended; otherwise like {@link #call(Body)}.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws io.anyio.api.task.LoopClosedException if the run has finished
     * @throws IllegalStateException if the caller is a task of the run
     * @throws java.util.concurrent.CancellationException if the task was cancelled
     */
    <X extends Exception> void call(Block<X> block) throws X;
}
