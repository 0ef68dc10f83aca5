package io.anyio.impl.poll;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A channel under a poller. */
public interface Registration {
    /**
     * Begins to report events; called once. Unless {@link #tellsOnce}, a direction must also be armed. From any thread.
     *
     * @param selectable is told, perhaps at once, on the loop's thread
     * @throws IOException if the channel is closed, or cannot be polled
     * @throws java.nio.channels.ClosedSelectorException if the poller is closed
     */
    void begin(Selectable selectable) throws IOException;

    /**
     * Whether the poller reports each change to readable once, without being armed. Otherwise it reports repeatedly
     * while the direction is armed and ready.
     *
     * @return always the same
     */
    boolean tellsOnce();

    /**
     * Whether a read may leave bytes behind that the poller does not report, even without {@link Selectable#PARTS}: a
     * read of a UNIX socket stops at a message with descriptors.
     *
     * @return always the same
     */
    boolean readsInParts();

    /**
     * Requests a report when the channel is ready. From any thread; no effect if the channel is closed.
     *
     * @param op {@link Selectable#READ} or {@link Selectable#WRITE}
     */
    void arm(int op);

    /**
     * Takes {@link #arm} back. From any thread; no effect if the channel is closed.
     *
     * @param op {@link Selectable#READ} or {@link Selectable#WRITE}
     */
    void disarm(int op);

    /**
     * Reads once, without waiting. In the loop.
     *
     * @param target gets the bytes
     * @return how many bytes, 0 if there is nothing now, -1 at the end
     * @throws IOException if the channel failed or is closed
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes once, without waiting. In the loop.
     *
     * @param source has the bytes
     * @return how many bytes, 0 if there is no space now
     * @throws IOException if the channel failed or is closed
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Closes the channel. Its descriptor is free after the next {@link Poller#flush} at the latest. In the loop, or
     * after its end.
     *
     * @throws IOException if the channel's close fails; it is closed nevertheless
     */
    void close() throws IOException;

    /**
     * Closes the channel like {@link #close}, while the loop may be using it. From any thread.
     *
     * @throws IOException if the channel's close fails; it is closed nevertheless
     */
    void closeFromOutside() throws IOException;
}
