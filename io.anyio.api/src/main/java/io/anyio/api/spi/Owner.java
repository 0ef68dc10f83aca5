package io.anyio.api.spi;

import io.anyio.api.task.Body;
import io.anyio.api.task.TaskHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The tasks and resources that belong to one use of a service by one holder. They end when the owner is closed. All
 * owners of a holder share a loop.
 */
@ProviderType
public interface Owner extends AutoCloseable {
    /**
     * Returns the holder, which uses the service.
     *
     * @return the holder
     */
    Holder holder();

    /**
     * Does nothing while this owner is open.
     *
     * @throws io.anyio.api.task.LoopClosedException if this owner is closed; its message says what closed it, when and
     * why
     */
    void checkOpen();

    /**
     * Starts a supervised task on the holder's loop: its failure is logged and does not affect other tasks. Not a
     * checkpoint; from any thread.
     *
     * @param <T> the type of the value
     * @param name the task's name, or null for one derived from the body's class
     * @param body the code
     * @return the task
     * @throws io.anyio.api.task.LoopClosedException if this owner is closed
     */
    <T extends @Nullable Object> TaskHandle<T> spawn(@Nullable String name, Body<T, ?> body);

    /**
     * Runs a task on the holder's loop, and waits until it has ended. For ordinary threads. An interrupt of the calling
     * thread cancels the task.
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
     * Returns the reactor on which a new channel is to be registered: that of the current task's loop if the loop
     * belongs to the same holder, otherwise the holder's own.
     *
     * @return the reactor
     * @throws io.anyio.api.task.LoopClosedException if this owner is closed
     */
    Reactor reactor();

    /**
     * Returns what waits, for this owner, for channels that are not registered with a reactor. From any thread.
     *
     * @return what begins the waits
     */
    ChannelWatch watch();

    /**
     * Registers a resource to be closed with this owner: when the tasks of the owner have ended, or when half the grace
     * has passed since they were cancelled. A {@link Stoppable} takes part from the beginning of the stop. From any
     * thread.
     *
     * @param resource the resource; closing it again must have no effect
     * @throws io.anyio.api.task.LoopClosedException if this owner is closed; the resource is closed then
     */
    void register(AutoCloseable resource);

    /**
     * Unregisters a resource that has been closed in another way. From any thread.
     *
     * @param resource a resource that was given to {@link #register}
     */
    void unregister(AutoCloseable resource);

    /**
     * Returns how long the tasks and resources of this owner may take to end. For a resource that waits for its own
     * tasks while it is being closed.
     *
     * @return the holder's grace, or, while this owner is being closed, the part of it that is left
     */
    Duration graceLeft();

    /**
     * Whether the stop of this owner has begun. Errors that occur from now on because its resources are closed are
     * expected.
     *
     * @return true from the call of {@link #close} on
     */
    boolean isStopping();

    /**
     * Stops the tasks and resources of this owner, and waits until they have ended, for the holder's grace at most. It
     * refuses new work, stops accepting connections, asks the tasks to finish and cancels them, and closes the
     * resources. Then it interrupts the tasks that are in blocking code of other libraries, and logs their names. If
     * the whole holder stops, this call stops all its owners. A task of this owner does not wait; in any other task,
     * its loop goes on while it waits.
     */
    @Override
    void close();
}
