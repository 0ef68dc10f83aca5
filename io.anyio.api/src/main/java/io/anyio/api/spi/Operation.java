package io.anyio.api.spi;

import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * An operation on a resource that one task at a time may perform, such as reading. Each use begins with the same
 * checks, in this order: whether the task is cancelled, the resource is closed, or another task performs the operation.
 */
public final class Operation {
    /** Not an {@code AtomicBoolean}: the JVM links its release on the first use, for which there may be no stack. */
    private static final AtomicIntegerFieldUpdater<Operation> BUSY = AtomicIntegerFieldUpdater.newUpdater(
            Operation.class, "busy");

    private final String action;
    private final Runnable checkOpen;
    @SuppressWarnings("UnusedVariable") // through BUSY
    private volatile int busy;

    private Operation(String action, Runnable checkOpen) {
        this.action = action;
        this.checkOpen = checkOpen;
    }

    /**
     * Receiving.
     *
     * @param checkOpen throws if the resource is closed
     * @return the operation
     */
    public static Operation reading(Runnable checkOpen) {
        return new Operation("reading from", checkOpen);
    }

    /**
     * Sending.
     *
     * @param checkOpen throws if the resource is closed
     * @return the operation
     */
    public static Operation writing(Runnable checkOpen) {
        return new Operation("writing to", checkOpen);
    }

    /**
     * Any use of a resource that only one task at a time may use.
     *
     * @param checkOpen throws if the resource is closed
     * @return the operation
     */
    public static Operation using(Runnable checkOpen) {
        return new Operation("using", checkOpen);
    }

    /**
     * Serving the connections of a listener.
     *
     * @param checkOpen throws if the resource is closed
     * @return the operation
     */
    public static Operation accepting(Runnable checkOpen) {
        return new Operation("accepting connections from", checkOpen);
    }

    /**
     * Begins. A checkpoint.
     *
     * @param what the call, for the message
     * @return the current task, which has to call {@link #end} afterwards
     * @throws io.anyio.api.task.CancelledError if the task is cancelled
     * @throws ClosedResourceException if the resource is closed
     * @throws BusyResourceException if another task does the same
     */
    public TaskContext begin(String what) {
        TaskContext task = TaskContext.current(what);
        task.checkpoint();
        checkOpen.run();
        if (!tryBegin()) {
            checkOpen.run(); // the other task may be the one that closes it
            throw new BusyResourceException(action);
        }
        return task;
    }

    /**
     * Begins without the checks, for a task that closes the resource. Not a checkpoint.
     *
     * @return false if another task does the same
     */
    public boolean tryBegin() {
        return BUSY.compareAndSet(this, 0, 1);
    }

    /**
     * Ends the operation. It has no memory fence: code that then checks whether another task waits for this needs its
     * own.
     */
    public void end() {
        BUSY.lazySet(this, 0);
    }
}
