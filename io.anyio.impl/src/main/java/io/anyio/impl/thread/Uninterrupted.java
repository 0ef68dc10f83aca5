package io.anyio.impl.thread;

/** Replaces the interrupt of a function in a worker thread when its caller is cancelled. */
@FunctionalInterface
public interface Uninterrupted {
    /**
     * The caller is cancelled, and still waits for the end of the function. In the loop; perhaps more than once.
     */
    void callerCancelled();
}
