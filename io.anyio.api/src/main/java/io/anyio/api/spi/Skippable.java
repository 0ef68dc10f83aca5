package io.anyio.api.spi;

import io.anyio.api.task.Body;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A body that is told if its task has ended without running it, because memory was short: somebody waits for it, or it
 * has got something to close.
 */
@ConsumerType
public interface Skippable {
    /**
     * The body is never run. Called in the loop, before the host of the task is told of its end. Short and never
     * blocking.
     *
     * @param why what prevented it
     */
    void skipped(Throwable why);

    /**
     * Tells a body that it is never run, if it wants to know.
     *
     * @param body the body
     * @param why what prevented it
     */
    static void skip(Body<?, ?> body, Throwable why) {
        if (body instanceof Skippable skippable) {
            skippable.skipped(why);
        }
    }
}
