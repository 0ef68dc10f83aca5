package io.anyio.itest.table;

import io.anyio.proof.LargeStack;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each operation that waits withdraws what it began when its wait fails, because the stack is too large to be put
 * aside: no item, no descriptor and no guard is lost, and the loop goes on. See {@code FailedWaitTest}.
 */
class FailedOperationsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(300);

    @TempDir
    Path folder;

    @EachBackend
    void aFailedWaitIsWithdrawn(String backend) throws IOException, InterruptedException {
        LargeStack.jvm(FailedOperations.class, "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED").patience(PATIENCE).run(backend, folder.toString())
                .says("\n0 wrong, ").well();
    }
}
