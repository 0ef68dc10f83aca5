package io.anyio.impl.scope;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.impl.park.Parkable;

/**
 * Why a scope was cancelled.
 *
 * @param text continues a message after "cancelled"
 * @param byDeadline whether its deadline cancelled it
 * @param beyond whether it lies in a scope of another loop, which was cancelled and knows the reason
 */
record CancelReason(String text, boolean byDeadline, boolean beyond) {
    /** Used when there is no memory to make a better one. */
    static final CancelReason FAILED = new CancelReason("because a task of the group failed", false);

    /** Used by a scope that lies in one of another loop. */
    static final CancelReason BEYOND = new CancelReason("with the task group, on another loop", false, true);

    private CancelReason(String text, boolean byDeadline) {
        this(text, byDeadline, false);
    }

    /**
     * The caller cancels.
     *
     * @param why its own text, or empty
     */
    static CancelReason byCaller(String why) {
        return new CancelReason("by " + caller() + (why.isEmpty() ? "" : ": " + why), false);
    }

    /** A task of the group failed. An exception that is thrown by the code of the failure has no effect. */
    static CancelReason failed(Throwable failure) {
        return byCaller("a task of the group failed with " + Errors.line(failure));
    }

    /** The limit has passed. */
    static CancelReason passed(Limit limit) {
        return new CancelReason(limit.why(), true);
    }

    /** The current task, or else the current thread. */
    static String caller() {
        if (TaskContext.currentOrNull() instanceof Parkable task) {
            return "task '" + task.name() + "'";
        }
        Thread thread = Thread.currentThread();
        return "thread '" + (thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName()) + "'";
    }
}
