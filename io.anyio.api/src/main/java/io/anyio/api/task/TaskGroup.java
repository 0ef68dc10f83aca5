package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Child tasks that end before the block that started them does.
 *
 * <p>{@link #run} enters the group's cancel scope, runs the block in the current task (the <em>host</em>) and waits for
 * every child. The first error, of the host or of a child, cancels the others. One error leaves the group as itself if
 * it is unchecked, the host's own, or of class {@code E}; another checked error of a child leaves in an
 * {@link ExceptionGroup} of one; several leave in one group. Leaving is always a checkpoint that lets other tasks run,
 * but throws nothing by itself.
 *
 * @param <E> the checked exception of a child that may leave as itself
 */
@ProviderType
public interface TaskGroup<E extends Exception> {
    /**
     * Starts a child. From any thread; never blocks, not a checkpoint. The child is inside the group's scope, not
     * inside the scopes around this call.
     *
     * @param block the child's code
     * @return the child
     * @throws IllegalStateException if the group is not active
     */
    TaskHandle<@Nullable Void> spawn(Block<?> block);

    /**
     * Starts a child with a name. From any thread; never blocks, not a checkpoint.
     *
     * @param name the child's name
     * @param block the child's code
     * @return the child
     * @throws IllegalStateException if the group is not active
     */
    TaskHandle<@Nullable Void> spawn(String name, Block<?> block);

    /**
     * Starts a child that has a value. From any thread; never blocks, not a checkpoint.
     *
     * @param <T> the type of the value
     * @param body the child's code
     * @return the child
     * @throws IllegalStateException if the group is not active
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(Body<T, ?> body);

    /**
     * Starts a child that has a name and a value. From any thread; never blocks, not a checkpoint.
     *
     * @param <T> the type of the value
     * @param name the child's name
     * @param body the child's code
     * @return the child
     * @throws IllegalStateException if the group is not active
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body);

    /**
     * Starts a child and waits until it tells that it is ready. A checkpoint; a task of the group's loop only.
     *
     * <p>Until {@link Started#set} the child lives under the caller's scopes (as in Trio): cancelling the caller
     * cancels and awaits it. An error before that is thrown here and leaves the group alone; afterwards the child is an
     * ordinary one.
     *
     * @param <S> the type of the value
     * @param <X> the child's checked exception
     * @param name the child's name
     * @param block the child's code
     * @return what the child gave to {@code set}
     * @throws X if the child throws it before it is ready
     * @throws IllegalStateException if the group is not active, or the child ended without telling
     */
    <S extends @Nullable Object, X extends Exception> S start(String name, BlockWith<Started<S>, X> block) throws X;

    /**
     * Runs the group: the block, then the wait for every child. Once only.
     *
     * @param <X> the block's checked exception
     * @param block the host's code
     * @throws E if a child failed with it
     * @throws X if the block failed with it
     * @throws ExceptionGroup if several failed, or one child with another checked exception
     * @throws IllegalStateException if the group was run before
     */
    <X extends Exception> void run(BlockWith<TaskGroup<E>, X> block) throws E, X;

    /**
     * Runs the group and returns the body's value. Once only.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the host's code
     * @return the body's value
     * @throws E if a child failed with it
     * @throws X if the body failed with it
     * @throws ExceptionGroup if several failed, or one child with another checked exception
     * @throws TaskCancelledException if the group was cancelled before the body gave a value
     * @throws CancelledError if an enclosing scope is cancelled
     * @throws IllegalStateException if the group was run before
     */
    <T extends @Nullable Object, X extends Exception> T call(BodyWith<TaskGroup<E>, T, X> body) throws E, X;

    /**
     * The group's cancel scope.
     *
     * @return the scope around the host's block and every child
     */
    CancelScope cancelScope();

    /** Cancels the group's scope. From any thread. */
    void cancel();
}
