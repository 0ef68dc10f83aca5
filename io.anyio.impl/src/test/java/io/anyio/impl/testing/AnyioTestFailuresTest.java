package io.anyio.impl.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TimedOutException;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class AnyioTestFailuresTest {

    @Test
    void whatIsThrownFailsTheTestAsItself() {
        for (Throwable error : errorsOf("throwsACheckedException")) {
            assertInstanceOf(IOException.class, error);
            assertEquals("own", error.getMessage());
        }
    }

    @Test
    void anAssumptionAborts() {
        for (TestExecutionResult result : run(method("assumesWhatIsNot"))) {
            assertEquals(TestExecutionResult.Status.ABORTED, result.getStatus());
        }
    }

    @Test
    void aTaskThatStillRunsFailsTheTest() {
        for (Throwable error : errorsOf("leaksATask")) {
            assertInstanceOf(AssertionError.class, error);
            assertTrue(error.getMessage().contains("[leaked task]"), error.getMessage());
            assertTrue(error.getMessage().contains("sleepForever"), error.getMessage());
        }
    }

    @Test
    void aTaskThatNobodyCancelledFailsTheTestAtOnce() {
        for (Throwable error : errorsOf("leaksATaskBesideACancelledOne")) {
            assertTrue(error.getMessage().contains("[leaked task, cancelled task]"), error.getMessage());
        }
    }

    @Test
    void aCancelledTaskThatNeverEndsFailsTheTest() {
        for (Throwable error : errorsOf("leaksACancelledTask")) {
            assertInstanceOf(AssertionError.class, error);
            assertTrue(error.getMessage().contains("[cancelled task]"), error.getMessage());
        }
    }

    /** The books of the library's own tests. */
    @Test
    void whatIsLeftInTheBooksFailsTheTest() throws IOException {
        String before = System.getProperty("anyio.books", "false");
        System.setProperty("anyio.books", "true");
        try {
            for (Map.Entry<String, String> leak : Map.of("leaksATimer", "1 queued timers", "leaksACallOutside",
                    "1 calls that are outside", "leaksASocket", "left 1 sockets open").entrySet()) {
                for (Throwable error : errorsOf(leak.getKey())) {
                    assertInstanceOf(AssertionError.class, error);
                    assertTrue(error.getMessage().contains(leak.getValue()), error.getMessage());
                }
            }
        } finally {
            System.setProperty("anyio.books", before);
            for (SocketChannel socket : AnyioTestFailures.LEAKED) {
                socket.close();
            }
        }
    }

    @Test @Proves("DB-15")
    void anUnhandledErrorOfATaskFailsTheTest() {
        for (String test : List.of("hasATaskThatFails", "hasATaskThatFailsAfterTheTest")) {
            for (Throwable error : errorsOf(test)) {
                assertInstanceOf(IOException.class, error);
                assertEquals("of the task", error.getMessage());
            }
        }
    }

    @Test
    void aCancelledTestHasNotPassed() {
        for (Throwable error : errorsOf("cancelsItself")) {
            assertInstanceOf(CancelledError.class, error);
        }
    }

    @Test
    void aTestThatHangsFailsWithADumpOfItsTasks() {
        for (Throwable error : errorsOf("hangs")) {
            assertInstanceOf(AssertionError.class, error);
            assertTrue(error.getMessage().contains("did not end within 1 s"), error.getMessage());
            assertTrue(error.getMessage().contains("AnyioTestFailures$Simple.hangs"), error.getMessage());
        }
    }

    @Test
    void aTestThatStallsItsLoopFailsWithADumpToo() {
        for (Throwable error : errorsOf("hangsWithItsLoop")) {
            assertTrue(error.getMessage().contains("AnyioTestFailures$Simple.hangsWithItsLoop"), error.getMessage());
        }
    }

    @Test @Proves("DB-15")
    void setUpAndTearDownFailTheTestAsTheyAre() {
        for (TestExecutionResult result : run(selectClass(AnyioTestFailures.BrokenSetUp.class))) {
            assertEquals("of set-up", result.getThrowable().orElseThrow().getMessage());
        }
        for (TestExecutionResult result : run(selectClass(AnyioTestFailures.BrokenTearDown.class))) {
            assertEquals("of tear-down", result.getThrowable().orElseThrow().getMessage());
        }
    }

    @Test @Proves("DB-16")
    void aScopeAroundSetUpAndTestCutsThemShort() {
        for (TestExecutionResult result : run(selectClass(AnyioTestFailures.ScopeAround.class))) {
            Throwable error = result.getThrowable().orElseThrow();
            assertInstanceOf(CancelledError.class, error);
            assertTrue(Arrays.stream(error.getSuppressed()).anyMatch(TimedOutException.class::isInstance),
                    Arrays.toString(error.getSuppressed()));
        }
    }

    private static DiscoverySelector method(String name) {
        return Arrays.stream(AnyioTestFailures.Simple.class.getDeclaredMethods()).filter(m -> m.getName().equals(name))
                .map(m -> selectMethod(AnyioTestFailures.Simple.class, m)).findFirst().orElseThrow();
    }

    private static List<Throwable> errorsOf(String test) {
        return run(method(test)).stream().map(result -> {
            assertEquals(TestExecutionResult.Status.FAILED, result.getStatus());
            return result.getThrowable().orElseThrow();
        }).toList();
    }

    /** One result for each backend. */
    private static List<TestExecutionResult> run(DiscoverySelector selector) {
        List<TestExecutionResult> results = new ArrayList<>();
        LauncherConfig config = LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
        LauncherFactory.create(config).execute(LauncherDiscoveryRequestBuilder.request().selectors(selector)
                .configurationParameter(LauncherConstants.CAPTURE_STDOUT_PROPERTY_NAME, "false").build(),
                new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                        if (test.isTest()) {
                            results.add(result);
                        }
                    }
                });
        assertEquals(2, results.size());
        return results;
    }
}
