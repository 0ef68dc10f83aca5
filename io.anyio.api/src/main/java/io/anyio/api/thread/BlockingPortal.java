package io.anyio.api.thread;

import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.Started;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets other threads run code as tasks of an event loop.
 *
 * {@snippet :
 * try (BlockingPortal portal = AnyIO.startBlockingPortal()) {
 *     int length = portal.call(() -> fetchLength(url));
 *     CompletableFuture<Integer> later = portal.spawn(() -> fetchLength(url));
 *     assertEquals(length, later.get());
 * }
 * }
 *
 * <p>{@code AnyIO.createBlockingPortal()} makes a portal into the current loop; {@link Portals#start} starts a loop of
 * its own with a portal into it. The callers of a portal are ordinary threads, worker threads, and tasks of other
 * loops. In a task each call is a checkpoint, even one that only starts a task, and waiting does not block the loop of
 * the caller. A task of the portal's own loop is refused, because it would wait for itself.
 *
 * <p>Each task starts with the {@link TaskLocal} values of the caller. If a task fails with an exception, its caller
 * gets it, and no other task is affected; if it fails with an {@link Error}, the portal stops. If a task is cancelled,
 * its caller gets a {@link java.util.concurrent.CancellationException}. An interrupt of a waiting thread cancels its
 * task; the call returns when the task has ended, and the interrupt status is set again.
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. In AnyIO: {@code anyio.abc.BlockingPortal}.
 */
@ProviderType
public interface BlockingPortal extends AutoCloseable {
    /**
     * Runs a body as a task, waits until it has ended, and returns its value.
     *
     * <p>In AnyIO: {@code anyio.abc.BlockingPortal.call}. Rules: BP-02 to BP-07, BP-34, BP-35 of
     * {@code docs/semantics.md}.
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
     * Runs a block as a task and waits until it has ended; otherwise like {@link #call(Body)}.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled
     */
    <X extends Exception> void call(Block<X> block) throws X;

    /**
     * Starts a task that is named after the class of its code; otherwise like {@link #spawn(String, Body)}.
     *
     * @param <T> the type of the value
     * @param body the code
     * @return a future for the end of the task
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     */
    <T extends @Nullable Object> CompletableFuture<T> spawn(Body<T, ?> body);

    /**
     * Starts a task and returns at once. In a task a checkpoint.
     *
     * <p>When the task has ended, the future completes: with its value, with its exception, or cancelled. If other code
     * cancels or completes the future earlier, the task is cancelled. Dependent stages without an executor run on the
     * loop and must not block; for blocking code use the {@code ...Async} methods with an executor.
     *
     * <p>In AnyIO: {@code anyio.abc.BlockingPortal.spawn_task}. Rules: BP-08 to BP-15 of {@code docs/semantics.md}.
     *
     * @param <T> the type of the value
     * @param name the task's name
     * @param body the code
     * @return a future for the end of the task
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     */
    <T extends @Nullable Object> CompletableFuture<T> spawn(String name, Body<T, ?> body);

    /**
     * Starts a task that returns no value and is named after the class of its code; otherwise like
     * {@link #spawn(String, Body)}.
     *
     * @param block the code
     * @return a future for the end of the task
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     */
    CompletableFuture<@Nullable Void> spawn(Block<?> block);

    /**
     * Starts a task that returns no value; otherwise like {@link #spawn(String, Body)}.
     *
     * @param name the task's name
     * @param block the code
     * @return a future for the end of the task
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop
     */
    CompletableFuture<@Nullable Void> spawn(String name, Block<?> block);

    /**
     * Starts a task and waits until it reports that it is ready, as {@link io.anyio.api.task.TaskGroup#start} does.
     *
     * <p>In AnyIO 4: {@code anyio.from_thread.BlockingPortal.start_task}.
     *
     * @param <S> the type of the value that it reports
     * @param <X> the block's checked exception
     * @param name the task's name
     * @param block the code, which calls {@link Started#set}
     * @return a future for the end of the task, and the value that it reported
     * @throws X if the block throws it before it is ready
     * @throws IllegalStateException if the portal is not running, or the caller is a task of its loop, or the block
     * ends without calling {@code set}
     * @throws java.util.concurrent.CancellationException if the task was cancelled before it was ready
     */
    <S extends @Nullable Object, X extends Exception> StartedTask<S> start(String name, BlockWith<Started<S>, X> block)
            throws X;

    /**
     * Makes a resource of the loop usable on other threads. Each use opens and closes the resource in one task of the
     * loop.
     *
     * <p>In AnyIO: {@code anyio.abc.BlockingPortal.wrap_async_context_manager}. Rules: BP-28, BP-29 of
     * {@code docs/semantics.md}.
     *
     * @param <R> the type of the resource
     * @param <M> the checked exception of opening it; an exception of closing it leaves the use as itself
     * @param open opens the resource, in a task of the loop
     * @return the context of the resource, which is not yet open
     */
    <R extends AutoCloseable, M extends Exception> WrappedContext<R, M> wrap(Body<R, M> open);

    /**
     * Makes a context manager of the loop usable on other threads. The manager is code that opens a resource, calls
     * {@link Inside#use} to run the block of the other thread, and closes the resource, all in one task of the loop.
     *
     * {@snippet :
     * WrappedContext<Session, IOException> session = portal.wrap(inside -> {
     *     try (Session s = connect()) {
     *         inside.use(s);
     *     } catch (TimedOutException e) {
     *         log.add("gave up");
     *     }
     * });
     * }
     *
     * <p>In AnyIO: {@code anyio.abc.BlockingPortal.wrap_async_context_manager}. Rules: BP-28 to BP-33 of
     * {@code docs/semantics.md}.
     *
     * @param <T> the type of the value that the block gets
     * @param <M> the manager's checked exception
     * @param manager the code around the block
     * @return the context, which is not yet entered
     */
    <T extends @Nullable Object, M extends Exception> WrappedContext<T, M> wrap(BlockWith<Inside<T>, M> manager);

    /**
     * Opens the portal, runs a block, and stops the portal. If the block returns, this method waits until the tasks of
     * the portal have ended; if the block throws, it cancels them first.
     *
     * <p>A portal that {@code AnyIO.createBlockingPortal()} has made must be run by the task that made it; the block is
     * part of that task, and its end is a checkpoint. A portal that was {@linkplain Portals#start started} is already
     * open, and is run by an ordinary thread.
     *
     * <p>In AnyIO: the {@code async with} statement of the portal. Rules: BP-01, BP-19, BP-20 of
     * {@code docs/semantics.md}.
     *
     * @param <X> the block's checked exception
     * @param block the code, which hands the portal to other threads
     * @throws X if the block throws it
     * @throws IllegalStateException if the portal has been run before, or belongs to another loop
     */
    <X extends Exception> void run(BlockWith<BlockingPortal, X> block) throws X;

    /**
     * Stops the portal and lets its tasks finish; otherwise like {@link #stop(boolean)}.
     */
    void stop();

    /**
     * Stops the portal: it refuses new tasks, and {@link #sleepUntilStopped} returns. This method does not wait for the
     * tasks. It may be called again to cancel them. Not a checkpoint; from any thread.
     *
     * <p>In AnyIO: {@code anyio.abc.BlockingPortal.stop}. Rules: BP-16 to BP-18 of {@code docs/semantics.md}.
     *
     * @param cancelRemaining whether to cancel the running tasks, and the block of {@link #run} if that is part of a
     * task
     */
    void stop(boolean cancelRemaining);

    /**
     * Waits until the portal is stopped. A checkpoint.
     *
     * <p>In AnyIO: {@code anyio.abc.BlockingPortal.sleep_until_stopped}. Rules: BP-16 of {@code docs/semantics.md}.
     *
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    void sleepUntilStopped();

    /**
     * Stops the portal and waits until its tasks have ended, and also its loop and thread if it was started with its
     * own. An interrupt of the calling thread cancels the tasks; the interrupt status is set again.
     *
     * <p>In AnyIO: {@code anyio.abc.BlockingPortal.stop_from_external_thread}. Rules: BP-23 of
     * {@code docs/semantics.md}.
     *
     * @param cancelRemaining whether to cancel the running tasks
     * @throws IllegalStateException if the caller is a task of the portal's loop, which would wait for itself
     */
    void stopFromExternalThread(boolean cancelRemaining);

    /**
     * Stops the portal and waits for its end, like {@code stopFromExternalThread(false)}; in a task of the portal's
     * loop it does not wait. A second call has no effect.
     *
     * <p>Rules: BP-24 of {@code docs/semantics.md}.
     */
    @Override
    void close();
}
