package io.anyio.impl.loop;

/** What waits behind a selection key. */
public interface Selectable {
    /**
     * Called on the loop's thread when the channel is ready.
     *
     * @param readyOps the key's ready set
     */
    void ready(int readyOps);
}
