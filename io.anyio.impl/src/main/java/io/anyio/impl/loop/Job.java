package io.anyio.impl.loop;

/** A job that is posted to a loop and runs in it; it is short and never blocks. */
@FunctionalInterface
public interface Job extends Runnable {
    /**
     * Whether the job carries out a decision that no other code would carry out. Then handing it in or running it is
     * tried again for a while if memory is short, so it may run a second time after it has failed.
     *
     * @return true for a cancellation, for example
     */
    default boolean isDecided() {
        return false;
    }
}
