package io.anyio.impl.park;

import io.anyio.proof.LargeStack;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;

/**
 * A wait that fails because the stack is too large to be copied is withdrawn: another task gets the grant, and the loop
 * continues.
 */
class FailedWaitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @EachBackend
    void aFailedWaitIsWithdrawn(String backend) throws IOException, InterruptedException {
        LargeStack.jvm(FailedWaits.class).patience(PATIENCE).run(backend).says("ended\n").well();
    }
}
