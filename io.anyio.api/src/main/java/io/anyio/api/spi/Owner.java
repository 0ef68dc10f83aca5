package io.anyio.api.spi;

import io.anyio.api.task.Body;
import io.anyio.api.task.TaskHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One use of one service by one holder: its tasks and resources, which end when it is closed. All owners of a holder
 * share a loop.
 */
@ProviderType
public interface Owner extends AutoCloseable {
    /**
     * Who uses the service.
     *
     * @return the holder
     */
    Holder holder();

    /**
     * Starts a supervised task on the holder's loop: its failure is logged and takes nothing along. From any thread.
     *
     * @param <T> the type of the value
     * @param name the task's name, or null for one derived from the body's class
     * @param body the code
     * @return the task
     * @throws io.anyio.api.task.LoopClosedException if this owner is closed
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(@Nullable String name, Body<T, ?> body);

    /**
     * Runs a task on the holder's loop and waits for its end, from an ordinary thread. An interrupt of the caller
     * cancels the task.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws io.anyio.api.task.LoopClosedException if this owner is closed
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X;

    /**
     * The reactor on which what is opened now is registered: that of the current task's loop if it belongs to the same
     * holder, else the holder's own.
     *
     * @return the reactor
     * @throws io.anyio.api.task.LoopClosedException if this owner is closed
     */
    Reactor reactor();

    /**
     * Notes a resource to be closed with this owner: once its tasks have ended, or half of the grace has passed since
     * they were told to; a {@link Stoppable} takes part from the beginning. From any thread.
     *
     * @param resource what to close; closing it twice must be harmless
     * @throws io.anyio.api.task.LoopClosedException if this owner is closed; the resource is closed then
     */
    void register(AutoCloseable resource);

    /**
     * Forgets a resource that was closed otherwise. From any thread.
     *
     * @param resource what was given to {@link #register}
     */
    void unregister(AutoCloseable resource);

    /**
     * How long the end of what belongs to this owner may take: for a resource that is being closed and waits for its
     * own tasks.
     *
     * @return the holder's grace, or once this owner is being closed what is left of it
     */
    Duration graceLeft();

    /**
     * Whether the stop of this owner has begun: what fails from now on, because its resources are closed, is no
     * failure.
     *
     * @return true from the call of {@link #close} on
     */
    boolean isStopping();

    /**
     * Stops what belongs to this owner and waits for its end, for the holder's grace at the most: refuses new work,
     * stops accepting, asks the tasks to finish and cancels them, closes the resources, and interrupts and names who
     * stands in foreign code then. If the whole holder stops, this is the stop of all its owners. A task that is itself
     * to be stopped does not wait; any other task lets its loop go on meanwhile.
     */
    @Override
    void close();
}
