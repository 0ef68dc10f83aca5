package io.anyio.itest.table;

import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;

/**
 * Each operation that waits withdraws what it began when its wait fails, because the stack is too large to be put
 * aside: no item, no descriptor and no guard is lost, and the loop goes on. See {@code FailedWaitTest}.
 */
class FailedOperationsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(300);

    @EachBackend
    void aFailedWaitIsWithdrawn(String backend) throws IOException, InterruptedException {
        ChildJvm.of(FailedOperations.class, ChildJvm.CARRIER, "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m", "-Xmx512m",
                "-Xss8m", "-Xint", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED")
                .patience(PATIENCE).run(backend).says("\n0 wrong, ");
    }
}
