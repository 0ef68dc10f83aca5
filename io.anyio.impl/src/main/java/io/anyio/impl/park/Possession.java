package io.anyio.impl.park;

import io.anyio.impl.link.Link;

/** Something that a task holds until it releases it, or until the task ends. Used only on the task's own thread. */
public abstract class Possession extends Link<Possession> {
    /** Makes a possession that no task holds. */
    protected Possession() {}

    /** Called when the task that holds it ends. On that task's thread, as its last act. */
    protected abstract void abandoned();
}
