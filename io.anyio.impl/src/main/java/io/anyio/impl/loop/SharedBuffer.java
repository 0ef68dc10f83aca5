package io.anyio.impl.loop;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The direct buffer of a loop, which its tasks use to read and write. In the loop.
 *
 * <p>One task runs at a time, so all of them can use the same buffer, which stays in the processor's cache. It belongs
 * to the running task until that task's next checkpoint. A task that needs it for longer borrows it, and the other
 * tasks use a spare one meanwhile. {@code SharedBufferTest} proves that a lent buffer is never given to another task.
 */
public final class SharedBuffer {
    private static final int SIZE = 65536;
    private static final int MOST_SPARES = 16;

    private @Nullable ByteBuffer buffer;
    private final ArrayDeque<ByteBuffer> spares = new ArrayDeque<>();

    SharedBuffer() {}

    /**
     * The buffer, for the running task until its next checkpoint.
     *
     * @return the buffer, cleared
     */
    public ByteBuffer get() {
        ByteBuffer shared = buffer;
        if (shared == null) {
            shared = ByteBuffer.allocateDirect(SIZE);
            buffer = shared;
        }
        return shared.clear();
    }

    /**
     * Lends the buffer beyond the next checkpoint. Until it is given back, other tasks get another one.
     *
     * @return what {@link #get} returned last, with its content
     */
    public ByteBuffer lend() {
        ByteBuffer lent = buffer;
        if (lent == null) {
            throw new IllegalStateException("There is no buffer to lend: call get first");
        }
        buffer = spares.pollFirst();
        return lent;
    }

    /**
     * Ends a loan. The buffer was used last, so it is in the processor's cache and is used next.
     *
     * @param lent what {@link #lend} returned
     */
    public void giveBack(ByteBuffer lent) {
        ByteBuffer other = buffer;
        if (other != null && spares.size() < MOST_SPARES) {
            spares.addFirst(other);
        }
        buffer = lent;
    }
}
