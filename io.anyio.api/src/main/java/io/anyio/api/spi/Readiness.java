package io.anyio.api.spi;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A registered channel: tasks of any loop wait here until it can be read (accepted) or written (connected).
 *
 * <p>One task at a time may wait for each direction: the caller guards that.
 */
@ProviderType
public interface Readiness {
    /**
     * The current task: the same as {@link TaskContext#current}, but at once if it is one of the loop under whose selector the channel is.
     *
     * @param what the call that needs a task, for the message
     * @return the task that runs on this thread
     * @throws io.anyio.api.task.NoEventLoopException if there is none
     */
    TaskContext currentTask(String what);

    /**
     * Waits until the channel can be read or accept. May return too early. The cancellation check has been done by the caller; a cancellation that comes later throws.
     *
     * @return false if the channel was closed by {@link #close} meanwhile
     */
    boolean awaitReadable();

    /**
     * Waits until the channel can be written or has connected. May return too early. The cancellation check has been done by the caller; a cancellation that comes later throws.
     *
     * @return false if the channel was closed by {@link #close} meanwhile
     */
    boolean awaitWritable();

    /**
     * Closes the channel, frees its descriptor and wakes the waiters, which are told so. In a task the descriptor is free on return; from another thread that
     * happens soon afterwards on the loop. No checkpoint; twice is harmless.
     *
     * @throws IOException if the channel's close fails; it is closed nevertheless
     */
    void close() throws IOException;
}
