package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A group of child tasks that have all ended when the block that started them is left.
 *
 * {@snippet :
 * AnyIO.createTaskGroup().run(group -> {
 *     group.spawn("a", () -> work("a"));
 *     group.spawn("b", () -> work("b"));
 *     log.add("both have been started");
 * });
 * log.add("both have ended");
 * }
 *
 * <p>{@link #run} enters the group's cancel scope, runs the block in the current task, which is called the
 * <em>host</em>, and waits for every child. The first error, of the host or of a child, cancels all others. Leaving a
 * group is a checkpoint that always lets other tasks run, but it does not throw {@link CancelledError} by itself.
 *
 * <p>A single error leaves the group as itself if it is unchecked, if it is the host's own, or if it is of class
 * {@code E}. Any other checked error of a child leaves in an {@link ExceptionGroup} with one member. Several errors
 * leave in one {@link ExceptionGroup}.
 *
 * <p>Guide: {@code docs/tasks.md}. In AnyIO: {@code anyio.abc.TaskGroup}.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
@ProviderType
public interface TaskGroup<E extends Exception> {
    /**
     * Starts a child that is named after the class of its code; otherwise like {@link #spawn(String, Block)}.
     *
     * @param block the child's code
     * @return the child
     * @throws IllegalStateException if the group is not running
     */
    TaskHandle<@Nullable Void> spawn(Block<?> block);

    /**
     * Starts a child with a name. Not a checkpoint, and never blocks; from any thread. The child runs in the group's
     * scope, not in the scopes around this call.
     *
     * <p>In AnyIO: {@code anyio.abc.TaskGroup.spawn}. Rules: TG-02 to TG-09, TG-32 to TG-36 of
     * {@code docs/semantics.md}.
     *
     * @param name the child's name
     * @param block the child's code
     * @return the child
     * @throws IllegalStateException if the group is not running
     */
    TaskHandle<@Nullable Void> spawn(String name, Block<?> block);

    /**
     * Starts a child that returns a value; otherwise like {@link #spawn(String, Block)}.
     *
     * @param <T> the type of the value
     * @param body the child's code
     * @return the child
     * @throws IllegalStateException if the group is not running
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(Body<T, ?> body);

    /**
     * Starts a child that has a name and returns a value; otherwise like {@link #spawn(String, Block)}.
     *
     * @param <T> the type of the value
     * @param name the child's name
     * @param body the child's code
     * @return the child
     * @throws IllegalStateException if the group is not running
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body);

    /**
     * Starts a child and waits until it reports that it is ready. A checkpoint. Only for tasks of the group's loop.
     *
     * <p>Until it calls {@link Started#set}, the child runs in the scopes of the caller, as in Trio: if the caller is
     * cancelled, so is the child, and this method waits until it has ended. An error of the child is thrown here and
     * does not affect the group. After that call it is an ordinary child.
     *
     * <p>In AnyIO 4: {@code anyio.abc.TaskGroup.start}. Rules: TG-40 to TG-47 of {@code docs/semantics.md}.
     *
     * @param <S> the type of the value
     * @param <X> the child's checked exception
     * @param name the child's name
     * @param block the child's code
     * @return the value that the child gave to {@code set}
     * @throws X if the child throws it before it is ready
     * @throws IllegalStateException if the group is not running, or the child ended without calling {@code set}
     */
    <S extends @Nullable Object, X extends Exception> S start(String name, BlockWith<Started<S>, X> block) throws X;

    /**
     * Runs a block, and waits for every child. A group is run once. A checkpoint, at the end; if the group is
     * cancelled, the children are cancelled and awaited.
     *
     * <p>In AnyIO: the {@code async with} statement of the group. Rules: TG-01, TG-06, TG-10 to TG-31, TG-38 of
     * {@code docs/semantics.md}.
     *
     * @param <X> the block's checked exception
     * @param block the host's code
     * @throws E if a child failed with it
     * @throws X if the block failed with it
     * @throws ExceptionGroup if several failed, or one child with another checked exception
     * @throws IllegalStateException if the group has been run before
     */
    <X extends Exception> void run(BlockWith<TaskGroup<E>, X> block) throws E, X;

    /**
     * Runs a body, waits for every child, and returns the body's value; otherwise like {@link #run}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the host's code
     * @return the body's value
     * @throws E if a child failed with it
     * @throws X if the body failed with it
     * @throws ExceptionGroup if several failed, or one child with another checked exception
     * @throws TaskCancelledException if the group was cancelled before the body returned
     * @throws CancelledError if an enclosing scope is cancelled
     * @throws IllegalStateException if the group has been run before
     */
    <T extends @Nullable Object, X extends Exception> T call(BodyWith<TaskGroup<E>, T, X> body) throws E, X;

    /**
     * Returns the group's cancel scope.
     *
     * <p>In AnyIO 4: {@code anyio.abc.TaskGroup.cancel_scope}. Rules: TG-08 of {@code docs/semantics.md}.
     *
     * @return the scope around the host's block and every child
     */
    CancelScope cancelScope();

    /**
     * Cancels the group's scope; see {@link CancelScope#cancel()}. Not a checkpoint; from any thread.
     *
     * <p>In AnyIO 4: {@code anyio.abc.TaskGroup.cancel}. Rules: TG-39 of {@code docs/semantics.md}.
     */
    void cancel();
}
