package io.anyio.impl.park;

import io.anyio.impl.link.Link;

/** What a task has until it gives it back, and cannot keep beyond its end. Used on the task's own thread only. */
public abstract class Possession extends Link<Possession> {
    /** Makes something that nobody holds. */
    protected Possession() {}

    /** The task that holds it ends. On that task's thread, as its last act. */
    protected abstract void abandoned();
}
