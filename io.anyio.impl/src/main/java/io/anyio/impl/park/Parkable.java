package io.anyio.impl.park;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.CancelledError;
import io.anyio.impl.loop.Fiber;
import io.anyio.impl.loop.Loop;
import org.jspecify.annotations.Nullable;

/** A fiber that can wait in the parking core and be cancelled there. */
public abstract class Parkable extends Fiber {
    /** The loop on which this fiber always runs. */
    public final Loop loop;

    /** What the fiber waits for; in the loop. */
    @Nullable
    Wait waiting;

    /** What the fiber holds, the latest first; on its own thread. */
    private @Nullable Possession held;

    /**
     * Makes a fiber that has not started.
     *
     * @param loop its loop
     */
    protected Parkable(Loop loop) {
        this.loop = loop;
    }

    /**
     * The current task.
     *
     * @param what the call that needs one, for the message
     * @return the task on whose thread the caller runs
     * @throws io.anyio.api.task.NoEventLoopException if there is none
     */
    public static Parkable current(String what) {
        return (Parkable) TaskContext.current(what);
    }

    /** Throws if cancelled; lets others run if the budget is spent. */
    public abstract void checkpoint();

    /** Makes the error to throw: the fiber is cancelled. Lets others run first if the budget is spent. */
    protected abstract CancelledError cancelled();

    /** Whether the fiber's innermost scope is effectively cancelled; in the loop. */
    public abstract boolean cancellationPending();

    /** Called when the fiber continues after others could run. */
    protected abstract void refillBudget();

    /** Ends its wait, if it can be cancelled; in the loop. */
    protected final void cancelWait() {
        Wait wait = waiting;
        if (wait != null) {
            wait.cancellationArrived();
        }
    }

    /**
     * Notes that the fiber holds something; on its own thread.
     *
     * @param taken a possession that no fiber holds
     */
    public final void hold(Possession taken) {
        held = taken.joinBefore(held);
    }

    /**
     * Notes that the fiber no longer holds something; on its own thread.
     *
     * @param given a possession of this fiber
     */
    public final void letGo(Possession given) {
        held = given.leave(held);
    }

    /** Abandons what the fiber still holds; its last act. */
    protected final void abandonHeld() {
        for (Possession left = held; left != null; left = held) {
            letGo(left);
            left.abandoned();
        }
    }

    /**
     * What the fiber waits for, for display; in the loop.
     *
     * @return the name of the operation, or null if the fiber does not wait in the library
     */
    public final @Nullable String waitingFor() {
        Wait wait = waiting;
        return wait == null ? null : wait.operation;
    }
}
