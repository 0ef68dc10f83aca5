package io.anyio.api.spi;

import io.anyio.api.task.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A channel that is registered with a reactor. Tasks of any loop wait here until it can read or accept, or until it can
 * write or has connected.
 *
 * <p>One task at a time may wait for each direction; the caller ensures that.
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
     * Reads once, like the channel's own {@code read}, possibly at a lower cost. From any thread. Only for channels
     * that read bytes.
     *
     * @param target a buffer that can be written to, with space remaining
     * @return the number of bytes, 0 if none has arrived, -1 at the end of the stream
     * @throws IOException if the channel failed or is closed
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes once, like the channel's own {@code write}, possibly at a lower cost. From any thread. Only for channels
     * that write bytes.
     *
     * @param source the bytes to write
     * @return the number of bytes, 0 if the channel accepts none at present
     * @throws IOException if the channel failed or is closed
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Waits until the channel can be read or accept, after an attempt has shown that it cannot. May return too early.
     * The cancellation check has been done by the caller; a cancellation that comes later throws.
     *
     * @return false if the channel was closed by {@link #close} during the wait
     */
    boolean awaitReadable();

    /**
     * Waits until the channel can be written or has connected, after an attempt has shown that it cannot. May return
     * too early. The cancellation check has been done by the caller; a cancellation that comes later throws.
     *
     * @return false if the channel was closed by {@link #close} during the wait
     */
    boolean awaitWritable();

    /**
     * When a byte was last read or written, or the channel was registered. Only the first call begins to note this, so
     * that it costs nothing where nobody asks: whoever wants to know asks before the first byte. Not more exact than a
     * millisecond. From any thread. Only for channels of a reactor.
     *
     * @return the point in time
     */
    default Deadline lastTransfer() {
        throw new UnsupportedOperationException(this + " does not note its transfers");
    }

    /**
     * Whether {@link #awaitHangUp} learns of a hang-up.
     *
     * @return false if the poller of the loop does not tell
     */
    default boolean tellsHangUp() {
        return false;
    }

    /**
     * Waits until the connection has failed, or both its directions have ended. One task may wait. The cancellation
     * check has been done by the caller; a cancellation that comes later throws.
     *
     * @return false if the channel was closed by {@link #close} during the wait
     */
    default boolean awaitHangUp() {
        throw new UnsupportedOperationException(this + " does not tell of a hang-up");
    }

    /**
     * Closes the channel, frees its descriptor, and wakes the waiting tasks, whose waits return false. In a task the
     * descriptor is free on return, even if another caller began the close; on another thread the loop frees it soon
     * afterwards. Not a checkpoint. Once the descriptor is free, another call costs nothing.
     *
     * @throws IOException if closing the channel fails; it is closed nevertheless
     */
    void close() throws IOException;

    /**
     * Closes like {@link #close}, but never waits: the descriptor is free soon afterwards. For callers that hold a
     * monitor.
     *
     * @throws IOException if closing the channel fails; it is closed nevertheless
     */
    void closeWithoutWaiting() throws IOException;
}
