package io.anyio.impl.poll;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A channel under a poller. */
public interface Registration {
    /**
     * Begins to tell, once; a registration that does not tell once must be armed as well. From any thread.
     *
     * @param selectable told, perhaps at once, on the loop's thread
     * @throws IOException if the channel is closed, or cannot be polled
     * @throws java.nio.channels.ClosedSelectorException if the poller is closed
     */
    void begin(Selectable selectable) throws IOException;

    /**
     * Whether the poller tells once of each change to readable, without being asked; otherwise it tells while it is
     * asked to and the channel is ready, again and again.
     *
     * @return always the same
     */
    boolean tellsOnce();

    /**
     * Whether a read may stop short of what is there though the poller will not tell of the rest, and that without
     * {@link Selectable#PARTS}: a UNIX socket reads up to a message that came with descriptors.
     *
     * @return always the same
     */
    boolean readsInParts();

    /**
     * Asks to be told when the channel is ready. From any thread; harmless if the channel is closed.
     *
     * @param op {@link Selectable#READ} or {@link Selectable#WRITE}
     */
    void arm(int op);

    /**
     * Takes {@link #arm} back. From any thread; harmless if the channel is closed.
     *
     * @param op {@link Selectable#READ} or {@link Selectable#WRITE}
     */
    void disarm(int op);

    /**
     * Reads once, without waiting. In the loop.
     *
     * @param target where to
     * @return how many bytes, 0 if there is nothing now, -1 at the end
     * @throws IOException if the channel failed or is closed
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes once, without waiting. In the loop.
     *
     * @param source what
     * @return how many bytes, 0 if there is no room now
     * @throws IOException if the channel failed or is closed
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Closes the channel; its descriptor is free after the next {@link Poller#flush}, at the latest. In the loop, or
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
