package io.anyio.impl.poll;

import org.jspecify.annotations.Nullable;

/** Is told when a channel is ready. */
public interface Selectable {
    /** The channel can be read or accept. */
    int READ = 1;

    /** The channel can be written or has connected. */
    int WRITE = 2;

    /**
     * No more bytes will arrive, and the channel stays readable. Comes together with {@link #READ}.
     */
    int END = 4;

    /**
     * From now on a read may leave bytes behind, because out-of-band data is in between. Comes together with
     * {@link #READ}, and only if {@link Registration#tellsOnce}.
     */
    int PARTS = 8;

    /**
     * The connection has failed, or both its directions have ended. Comes together with {@link #READ} and
     * {@link #WRITE}, and only if the poller tells once.
     */
    int HANG_UP = 16;

    /**
     * Called on the loop's thread when the channel is ready.
     *
     * @param ops a set of {@link #READ}, {@link #WRITE}, {@link #END}, {@link #PARTS} and {@link #HANG_UP}
     */
    void ready(int ops);

    /**
     * Called when nothing more will be reported: the object ends the waits, and closes the channel unless it is closed.
     *
     * @param cause the failure, or null at the regular end of the loop
     */
    void lost(@Nullable Throwable cause);
}
