package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The event loop of the component or bundle that holds this service.
 *
 * {@snippet :
 * loop.spawn("poll", () -> {
 *     while (true) {
 *         poll();
 *         AnyIO.sleep(Duration.ofSeconds(5));
 *     }
 * });
 * }
 *
 * <p>A component gets it by {@code @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED)}. Then the tasks that it
 * starts end with it; with a plain reference they end with the bundle. In both cases they are cancelled, and awaited
 * for the grace period.
 *
 * <p>A task that fails is logged and does not affect the others. Until its first task starts, a reference costs no
 * thread. In plain Java, {@code AnyIO.run} takes the place of this service.
 *
 * <p>Guide: {@code docs/tasks.md}. In AnyIO: {@code anyio.run}. AnyIO differs: there a loop ends with its first task;
 * here it belongs to a bundle, see {@code docs/adr/0007-ownership.md}.
 */
@ProviderType
public interface EventLoop {
    /**
     * Starts a task that is named after the class of its code; otherwise like {@link #spawn(String, Block)}.
     *
     * @param block the task's code
     * @return the task
     * @throws LoopClosedException if the component or bundle that holds this service has stopped
     */
    TaskHandle<@Nullable Void> spawn(Block<?> block);

    /**
     * Starts a task with a name. Not a checkpoint, and never blocks; from any thread.
     *
     * @param name the task's name
     * @param block the task's code
     * @return the task
     * @throws LoopClosedException if the component or bundle that holds this service has stopped
     */
    TaskHandle<@Nullable Void> spawn(String name, Block<?> block);

    /**
     * Starts a task that returns a value; otherwise like {@link #spawn(String, Block)}.
     *
     * @param <T> the type of the value
     * @param body the task's code
     * @return the task
     * @throws LoopClosedException if the component or bundle that holds this service has stopped
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(Body<T, ?> body);

    /**
     * Starts a task that has a name and returns a value; otherwise like {@link #spawn(String, Block)}.
     *
     * @param <T> the type of the value
     * @param name the task's name
     * @param body the task's code
     * @return the task
     * @throws LoopClosedException if the component or bundle that holds this service has stopped
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body);

    /**
     * Runs a block as a task of this loop and waits until it has ended. For ordinary threads. An interrupt of the
     * calling thread cancels the task.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the caller is a task: call the code directly, or spawn it
     * @throws LoopClosedException if the component or bundle that holds this service has stopped
     */
    <X extends Exception> void run(Block<X> block) throws X;

    /**
     * Runs a body as a task of this loop and returns its value; otherwise like {@link #run}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws IllegalStateException if the caller is a task: call the code directly, or spawn it
     * @throws LoopClosedException if the component or bundle that holds this service has stopped
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X;

    /**
     * Returns the name of the backend on which this loop runs.
     *
     * @return {@code carrier} or {@code pool}
     */
    String backend();

    /**
     * Returns why loops run on this backend, for example which JVM option the other one needs.
     *
     * @return one sentence, for display
     */
    String backendReason();
}
