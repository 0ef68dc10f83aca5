package io.anyio.impl.portal;

import io.anyio.api.spi.Holder;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.run.Run;

/** Makes runs. */
@FunctionalInterface
public interface LoopOpener {
    /**
     * Makes a run and opens its loop.
     *
     * @param options the loop's options
     * @param holder the user of the loop
     * @return the run
     * @throws IllegalArgumentException if there is no such backend
     */
    Run open(LoopOptions options, Holder holder);
}
