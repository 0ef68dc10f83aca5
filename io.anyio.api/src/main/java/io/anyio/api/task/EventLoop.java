package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The event loop of the bundle that holds this service. What is started here ends with the component that holds the
 * reference ({@code ReferenceScope.PROTOTYPE_REQUIRED}), or with the bundle (a plain reference).
 *
 * <p>Before the first task a reference costs no thread. A task that fails is logged and does not take others along.
 */
@ProviderType
public interface EventLoop {
    /**
     * Starts a task. From any thread; never blocks.
     *
     * @param block the task's code
     * @return the task
     * @throws LoopClosedException if the holder of this service has gone
     */
    TaskHandle<@Nullable Void> spawn(Block<?> block);

    /**
     * Starts a task with a name. From any thread; never blocks.
     *
     * @param name the task's name
     * @param block the task's code
     * @return the task
     * @throws LoopClosedException if the holder of this service has gone
     */
    TaskHandle<@Nullable Void> spawn(String name, Block<?> block);

    /**
     * Starts a task that has a value. From any thread; never blocks.
     *
     * @param <T> the type of the value
     * @param body the task's code
     * @return the task
     * @throws LoopClosedException if the holder of this service has gone
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(Body<T, ?> body);

    /**
     * Starts a task that has a name and a value. From any thread; never blocks.
     *
     * @param <T> the type of the value
     * @param name the task's name
     * @param body the task's code
     * @return the task
     * @throws LoopClosedException if the holder of this service has gone
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body);

    /**
     * Runs a block as a task of this loop and waits for its end, from an ordinary thread. An interrupt of the caller
     * cancels the task.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if it is called in a task
     * @throws LoopClosedException if the holder of this service has gone
     */
    <X extends Exception> void run(Block<X> block) throws X;

    /**
     * Runs a body as a task of this loop and returns its value, from an ordinary thread. An interrupt of the caller
     * cancels the task.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws IllegalStateException if it is called in a task
     * @throws LoopClosedException if the holder of this service has gone
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X;

    /**
     * Which backend this loop runs on.
     *
     * @return {@code carrier} or {@code pool}
     */
    String backend();

    /**
     * Why loops run on this backend.
     *
     * @return one sentence for people
     */
    String backendReason();
}
