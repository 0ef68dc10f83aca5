package io.anyio.itest.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.anyio.proof.ChildJvm;
import io.anyio.proof.Proves;
import java.io.PrintWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** {@link FrameworkStopIT} in a process without the flags of the backend {@code carrier}. */
class PoolFrameworkStopIT {
    /** What the child runs. */
    static final class Child {
        private Child() {}

        /** Runs the tests and tells their outcome. */
        public static void main(String[] arguments) {
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            LauncherFactory.create().execute(
                    LauncherDiscoveryRequestBuilder.request().selectors(selectClass(FrameworkStopIT.class)).build(),
                    listener);
            TestExecutionSummary summary = listener.getSummary();
            summary.printFailuresTo(new PrintWriter(System.out, true));
            System.out.println("passed: " + summary.getTestsSucceededCount());
            System.exit(summary.getTestsFailedCount() == 0 ? 0 : 1);
        }
    }

    @Test @Proves("OW-44")
    void aFrameworkTakesEverythingAlong(TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", "pool");
        ChildJvm.Ended ended = ChildJvm.of(Child.class).patience(Duration.ofMinutes(4)).run().well();
        assertEquals(1, ended.output().lines().filter("passed: 6"::equals).count(), ended::toString);
    }
}
