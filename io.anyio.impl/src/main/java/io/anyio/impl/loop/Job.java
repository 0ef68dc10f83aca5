package io.anyio.impl.loop;

/** What is posted to a loop: it runs in the loop, is short and never blocks. */
@FunctionalInterface
public interface Job extends Runnable {
    /**
     * Whether it was decided already that it will run, so that nobody could make up for it: a lack of memory to hand it
     * in, or to run it, is waited out for a while. So it may run again after it has failed for want of memory.
     *
     * @return true for a cancellation, for example
     */
    default boolean isDecided() {
        return false;
    }
}
