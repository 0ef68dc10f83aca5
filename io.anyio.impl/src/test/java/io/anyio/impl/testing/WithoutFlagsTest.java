package io.anyio.impl.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.anyio.api.AnyIO;
import io.anyio.proof.ChildJvm;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The use of AnyIO without the flags of {@code carrier}, in a JVM of its own. */
class WithoutFlagsTest {

    /** A user's first tests. */
    static final class First {
        @AnyioTest
        void passes() {
            AnyIO.checkpoint();
        }

        @EachBackend
        void passesToo(String backend) {
            AnyIO.run(AnyIO::checkpoint, o -> o.backend(backend));
        }
    }

    @Test
    void carrierIsSkippedWithTheReason() throws Exception {
        String output = run();
        assertEquals(2, count(output, "SUCCESSFUL"), output);
        assertEquals(2, count(output, "SKIPPED"), output);
        assertEquals(2,
                count(output, "--add-opens java.base/java.lang=ALL-UNNAMED. Give the JVM of the tests that flag"),
                output);
    }

    @Test
    void itFailsIfItIsRequired() throws Exception {
        String output = run("-Danyio.backends.required=true");
        assertEquals(2, count(output, "SUCCESSFUL"), output);
        assertEquals(2, count(output, "FAILED"), output);
    }

    @Test
    void theSlowerBackendIsWarnedOfOnce() throws Exception {
        String output = run();
        assertEquals(1, count(output, "Event loops run on the slower backend pool"), output);
    }

    private static int count(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }

    private static String run(String... options) throws IOException, InterruptedException {
        return ChildJvm.of(WithoutFlagsTest.class, options).run().well().says("done").output();
    }

    /** What the other JVM does. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        for (int i = 0; i < 3; i++) {
            AnyIO.run(AnyIO::checkpoint);
        }
        LauncherFactory.create(LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build())
                .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(First.class))
                        .configurationParameter(LauncherConstants.DEACTIVATE_LISTENERS_PATTERN_PROPERTY_NAME, "*")
                        .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionSkipped(TestIdentifier test, String reason) {
                                System.out.println("SKIPPED " + test.getDisplayName() + ": " + reason);
                            }

                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                if (test.isTest()) {
                                    System.out.println(result.getStatus() + " " + test.getDisplayName());
                                }
                            }
                        });
        System.out.println("done");
    }
}
