package io.anyio.impl.thread;

/** What happens to a function in a worker thread, instead of an interrupt, when its caller is cancelled. */
@FunctionalInterface
public interface Uninterrupted {
    /**
     * The caller is cancelled, and goes on waiting for the end of the function. In the loop; perhaps more than once.
     */
    void callerCancelled();
}
