package io.anyio.impl.park;

import org.jspecify.annotations.Nullable;

/** What a task has until it gives it back, and may not take into its grave. On the task's own thread only. */
public abstract class Possession {
    @Nullable
    Possession previous;
    @Nullable
    Possession next;

    /** Makes something that nobody holds. */
    protected Possession() {}

    /**
     * The task that holds it ends. On that task's thread, as its last act.
     *
     * @param holder the task
     */
    protected abstract void abandoned(Parkable holder);
}
