package io.anyio.tls;

import io.anyio.api.spi.Operation;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Synchronization;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The receiving direction of a stream. One task at a time uses it, and a close takes it over from that task: the task
 * gets what comes next, sees that the stream is closed, and leaves the rest to the close. TlsCloseTest proves it.
 */
final class Receiving {
    private final Operation operation;

    /** Set when the direction is free, for a close that waits for that. */
    private volatile @Nullable Event free;

    Receiving(Runnable checkOpen) {
        operation = Operation.reading(checkOpen);
    }

    /** Begins, see {@link Operation#begin}. A checkpoint. */
    TaskContext begin(String what) {
        return operation.begin(what);
    }

    /** Begins without checks; false if another task receives. */
    boolean tryBegin() {
        return operation.tryBegin();
    }

    void end() {
        operation.end();
        VarHandle.fullFence(); // either this sees the close that waits, or that close sees the end
        Event awaited = free;
        if (awaited != null) {
            awaited.set();
        }
    }

    /** Begins when the task that receives has ended its call. */
    void takeOver(TaskContext task) {
        while (!operation.tryBegin()) {
            Event awaited = task.runtime().require(Synchronization.class).createEvent();
            free = awaited;
            if (operation.tryBegin()) {
                return;
            }
            awaited.await();
        }
    }
}
