package io.anyio.impl.task;

import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;

/**
 * Memory that ends between a count and what was counted leaves no count too high: no host, no loop and no borrower
 * waits for what was never begun.
 */
class OutOfMemoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(400);

    /** A small heap, and no buffers of the threads' own, so that each allocation sees what is left. */
    @EachBackend
    void nothingWaitsForWhatWasNotBegun(String backend) throws IOException, InterruptedException {
        ChildJvm.of(OutOfMemories.class, ChildJvm.CARRIER, "-XX:+UseSerialGC", "-XX:-UseTLAB", "-Xmx16m",
                "-XX:TieredStopAtLevel=1").patience(PATIENCE).run(backend, "13").says("ended\n").well();
    }
}
