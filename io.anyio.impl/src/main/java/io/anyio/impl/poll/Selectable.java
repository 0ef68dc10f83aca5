package io.anyio.impl.poll;

/** Who is told when a channel is ready. */
public interface Selectable {
    /** The channel can be read or accept. */
    int READ = 1;

    /** The channel can be written or has connected. */
    int WRITE = 2;

    /** There will be no more to read than what is there: the channel stays readable. Comes together with {@link #READ}. */
    int END = 4;

    /**
     * Called on the loop's thread when the channel is ready.
     *
     * @param ops a set of {@link #READ}, {@link #WRITE} and {@link #END}
     */
    void ready(int ops);
}
