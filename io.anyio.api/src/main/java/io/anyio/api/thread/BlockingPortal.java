package io.anyio.api.thread;

import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.Started;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A door through which other threads run code as tasks of an event loop. {@code AnyIO.createBlockingPortal()} opens one
 * into the current loop, {@link Portals#start} into a loop of its own.
 *
 * <p>Callers are ordinary threads, worker threads, and tasks of other loops, which wait without blocking theirs. For a
 * task each call is a checkpoint, also one that only starts a task. A task of the portal's own loop is refused: it
 * would wait for itself. A task that fails with an exception gives it to its caller and disturbs nobody else; one that
 * fails with an {@link Error} takes the portal along. Each task starts with the caller's values of {@link TaskLocal}s.
 *
 * <p>When a task ends by cancellation, its caller gets a {@link java.util.concurrent.CancellationException}. An
 * interrupt of a waiting caller cancels its task; the call returns once the task has ended, and the flag is set again.
 */
@ProviderType
public interface BlockingPortal extends AutoCloseable {
    /**
     * Runs a body as a task and waits for its end.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X;

    /**
     * Runs a block as a task and waits for its end.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled
     */
    <X extends Exception> void call(Block<X> block) throws X;

    /**
     * Starts a task and returns at once.
     *
     * <p>The future completes when the task has ended: with its value, with its error, or cancelled. A future that is
     * cancelled or completed by somebody else before cancels the task. Dependents without an executor run on the loop
     * and must not block; use the {@code ...Async} methods with an executor for that.
     *
     * @param <T> the type of the value
     * @param body the code
     * @return the task's end
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     */
    <T extends @Nullable Object> CompletableFuture<T> spawn(Body<T, ?> body);

    /**
     * Starts a task with a name and returns at once; see {@link #spawn(Body)}.
     *
     * @param <T> the type of the value
     * @param name the task's name
     * @param body the code
     * @return the task's end
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     */
    <T extends @Nullable Object> CompletableFuture<T> spawn(String name, Body<T, ?> body);

    /**
     * Starts a task without a value and returns at once; see {@link #spawn(Body)}.
     *
     * @param block the code
     * @return the task's end
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     */
    CompletableFuture<@Nullable Void> spawn(Block<?> block);

    /**
     * Starts a task without a value, with a name, and returns at once; see {@link #spawn(Body)}.
     *
     * @param name the task's name
     * @param block the code
     * @return the task's end
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     */
    CompletableFuture<@Nullable Void> spawn(String name, Block<?> block);

    /**
     * Starts a task and waits until it tells that it is ready.
     *
     * @param <S> the type of what it tells
     * @param <X> the block's checked exception
     * @param name the task's name
     * @param block the code, which calls {@link Started#set}
     * @return the task's end, and what it told
     * @throws X if the block throws it before it was ready
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop, or the block
     * ends without telling
     * @throws java.util.concurrent.CancellationException if the task was cancelled before it was ready
     */
    <S extends @Nullable Object, X extends Exception> StartedTask<S> start(String name, BlockWith<Started<S>, X> block)
            throws X;

    /**
     * Makes a resource of the loop usable on other threads: each use opens and closes it, in one task.
     *
     * @param <R> the type of the resource
     * @param <M> the checked exception of opening it; one of closing it leaves the use as itself
     * @param open opens the resource, in the loop
     * @return the resource's context; nothing is opened yet
     */
    <R extends AutoCloseable, M extends Exception> WrappedContext<R, M> wrap(Body<R, M> open);

    /**
     * Makes a context manager of the loop usable on other threads: code that opens what is needed, runs the foreign
     * block by {@link Inside#use}, and closes it, in one task.
     *
     * <pre>{@code
     * WrappedContext<Session, IOException> session = portal.wrap(inside -> {
     *     try (Session s = connect()) {
     *         inside.use(s);
     *     }
     * });
     * session.run(s -> ...);      // on an ordinary thread
     * }</pre>
     *
     * @param <T> the type of what the block gets
     * @param <M> the manager's checked exception
     * @param manager the code around the block
     * @return the context; nothing is entered yet
     */
    <T extends @Nullable Object, M extends Exception> WrappedContext<T, M> wrap(BlockWith<Inside<T>, M> manager);

    /**
     * Runs a block with the portal open, and stops the portal. If the block ends normally, the portal's tasks finish
     * and are awaited; if it throws, they are cancelled first.
     *
     * <p>A portal made by {@code AnyIO.createBlockingPortal()} is opened by this call, in the task that made it, and
     * the block is a part of that task; a checkpoint at its end. One that was {@linkplain Portals#start started} is
     * used by its owner's thread.
     *
     * @param <X> the block's checked exception
     * @param block the code, which hands the portal to other threads
     * @throws X if the block throws it
     * @throws IllegalStateException if the portal was opened before by this call, or belongs to another loop
     */
    <X extends Exception> void run(BlockWith<BlockingPortal, X> block) throws X;

    /**
     * Refuses new tasks and lets the running ones finish; see {@link #stop(boolean)}. Not a checkpoint; from any
     * thread.
     */
    void stop();

    /**
     * Refuses new tasks and returns at once; wakes {@link #sleepUntilStopped}. Not a checkpoint; from any thread; a
     * second call may still cancel.
     *
     * @param cancelRemaining whether to cancel the tasks that run, and the block of {@link #run} in a task
     */
    void stop(boolean cancelRemaining);

    /**
     * Waits until the portal is stopped. A checkpoint.
     *
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no task
     */
    void sleepUntilStopped();

    /**
     * Stops the portal and waits until its tasks, and a loop of its own with its thread, have ended. An interrupt of
     * the caller cancels the tasks and is kept.
     *
     * @param cancelRemaining whether to cancel the tasks that run
     * @throws IllegalStateException if the caller is a task of the portal's loop, which would wait for itself
     */
    void stopFromExternalThread(boolean cancelRemaining);

    /**
     * Stops the portal and waits for its end, as {@code stopFromExternalThread(false)}; in a task of the portal's loop
     * it only stops. Twice is harmless.
     */
    @Override
    void close();
}
