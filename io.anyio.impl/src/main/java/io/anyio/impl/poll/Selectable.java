package io.anyio.impl.poll;

import org.jspecify.annotations.Nullable;

/** Who is told when a channel is ready. */
public interface Selectable {
    /** The channel can be read or accept. */
    int READ = 1;

    /** The channel can be written or has connected. */
    int WRITE = 2;

    /**
     * There will be no more to read than what is there: the channel stays readable. Comes together with {@link #READ}.
     */
    int END = 4;

    /**
     * From now on a read may stop short of what is there, since something is between: out-of-band data. Comes together
     * with {@link #READ}, and only if the poller tells once.
     */
    int PARTS = 8;

    /**
     * Called on the loop's thread when the channel is ready.
     *
     * @param ops a set of {@link #READ}, {@link #WRITE}, {@link #END} and {@link #PARTS}
     */
    void ready(int ops);

    /**
     * Called once nothing will be told any more: those who wait are to be told, and the channel is to be closed unless
     * it is already.
     *
     * @param cause what went wrong, or null at the regular end of the loop
     */
    void lost(@Nullable Throwable cause);
}
