package io.anyio.impl.park;

import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;

/**
 * A wait that fails, because the stack is too large to be put aside, is withdrawn: what it waited for goes to somebody
 * else, and the loop goes on.
 *
 * <p>The garbage collector G1 puts a stack aside in one piece, which has to fit into half of one of its regions;
 * {@link FailedWaits} runs with the smallest, and interpreted, where stacks are large.
 */
class FailedWaitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @EachBackend
    void aFailedWaitIsWithdrawn(String backend) throws IOException, InterruptedException {
        ChildJvm.of(FailedWaits.class, ChildJvm.CARRIER, "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m", "-Xmx256m",
                "-Xss8m",
                "-Xint").patience(PATIENCE).run(backend).says("ended\n");
    }
}
