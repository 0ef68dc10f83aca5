package io.anyio.impl.task;

import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;

/**
 * If memory ends after something was counted and before it has begun, the count is taken back: no host, loop or
 * borrower waits for it.
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
