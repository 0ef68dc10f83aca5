package io.anyio.api.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A registered channel: tasks of any loop wait here until it can be read (accepted) or written (connected).
 *
 * <p>One task at a time may wait for each direction: the caller guards that.
 */
@ProviderType
public interface RegisteredChannel {
    /**
     * The current task: the same as {@link TaskContext#current}, but at once if it is one of the loop under whose
     * selector the channel is.
     *
     * @param what the call that needs a task, for the message
     * @return the task that runs on this thread
     * @throws io.anyio.api.task.NoEventLoopException if there is none
     */
    TaskContext currentTask(String what);

    /**
     * Reads once, like the channel's own read, which it may spare. From any thread. Only for channels that read bytes.
     *
     * @param target a buffer that can be written to, with space remaining
     * @return how many bytes, 0 if there is nothing now, -1 at the end
     * @throws IOException if the channel failed or is closed
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes once, like the channel's own write, which it may spare. From any thread. Only for channels that write
     * bytes.
     *
     * @param source what is to be written
     * @return how many bytes, 0 if there is no room now
     * @throws IOException if the channel failed or is closed
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Waits until the channel can be read or accept, after it was found that it can not. May return too early. The
     * cancellation check has been done by the caller; a cancellation that comes later throws.
     *
     * @return false if the channel was closed by {@link #close} meanwhile
     */
    boolean awaitReadable();

    /**
     * Waits until the channel can be written or has connected, after it was found that it can not. May return too
     * early. The cancellation check has been done by the caller; a cancellation that comes later throws.
     *
     * @return false if the channel was closed by {@link #close} meanwhile
     */
    boolean awaitWritable();

    /**
     * Closes the channel, frees its descriptor and wakes the waiters, which are told so. In a task the descriptor is
     * free on return; from another thread that happens soon afterwards on the loop. No checkpoint; twice is harmless.
     *
     * @throws IOException if the channel's close fails; it is closed nevertheless
     */
    void close() throws IOException;

    /**
     * Closes like {@link #close}, but never waits: the descriptor is free soon afterwards. For callers that hold a
     * monitor.
     *
     * @throws IOException if the channel's close fails; it is closed nevertheless
     */
    void closeWithoutWaiting() throws IOException;
}
