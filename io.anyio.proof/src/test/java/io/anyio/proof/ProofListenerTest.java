package io.anyio.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class ProofListenerTest {
    @TempDir
    Path folder;

    @Test
    void aTestWithoutBackendCountsForBoth() throws Exception {
        assertEquals(List.of("XX-01\tcarrier\tSilent.passes\t", "XX-01\tpool\tSilent.passes\t"),
                proofsOf(Silent.class));
    }

    @Test
    void eachInvocationCountsForItsOwnBackend() throws Exception {
        assertEquals(
                List.of("XX-01\tcarrier\tOnBoth.passesOnBoth\t", "XX-01\tpool\tOnBoth.passesOnBoth\t",
                        "XX-02\tcarrier\tOnBoth.failsOnPool\t", "XX-03\tcarrier\tOnBoth.runsOnCarrier\t"),
                proofsOf(OnBoth.class));
    }

    @Test
    void oneBadInvocationSpoilsItsBackend() throws Exception {
        assertEquals(List.of(), proofsOf(FailsOnce.class));
    }

    @Test
    void whatDidNotRunIsWrittenDownWithItsReason() throws Exception {
        assertEquals(List.of("XX-01\tcarrier\tAborted.aborts\taborted: not here",
                "XX-01\tpool\tAborted.aborts\taborted: not here"), proofsOf(Aborted.class));
        assertEquals(List.of("XX-01\tcarrier\tDisabledTest.waits\tskipped: some day"),
                proofsOf(DisabledTest.class).stream().filter(row -> row.contains("carrier")).toList());
        assertEquals(
                List.of("XX-01\tpool\tDisabledTests.one\tskipped: some day",
                        "XX-02\tpool\tDisabledTests\tskipped: some day"),
                proofsOf(DisabledTests.class).stream().filter(row -> row.contains("pool")).toList());
    }

    @Test
    void aTestThatIsAbortedInAPartIsBoth() throws Exception {
        assertEquals(
                List.of("XX-01\tpool\tAbortedOnce.abortsAtTwo\t",
                        "XX-01\tpool\tAbortedOnce.abortsAtTwo\taborted: not two"),
                proofsOf(AbortedOnce.class).stream().filter(row -> row.contains("pool")).toList());
    }

    @Test
    void allTestsOfAClassProveItsStatement() throws Exception {
        assertEquals(List.of("XX-09\tcarrier\tWhole\t", "XX-09\tpool\tWhole\t"), proofsOf(Whole.class));
    }

    @Test
    void aBadTestSpoilsItsClass() throws Exception {
        assertEquals(List.of(), proofsOf(Spoiled.class));
    }

    @Test
    void aFailedTearDownSpoilsTheClass() throws Exception {
        assertEquals(List.of(), proofsOf(TearDownFails.class));
    }

    @Test
    void runsAddUp() throws Exception {
        proofsOf(Silent.class);
        assertEquals(4, proofsOf(Silent.class).size());
    }

    private List<String> proofsOf(Class<?> tests) throws Exception {
        return proofsOf(tests, folder.resolve(tests.getSimpleName() + "/proofs.tsv"));
    }

    private static List<String> proofsOf(Class<?> tests, Path file) throws Exception {
        var launcher = LauncherFactory
                .create(LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false)
                        .addTestExecutionListeners(new ProofListener(file)).build());
        launcher.execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build());
        return Files.readAllLines(file).stream().map(row -> row.replace(ProofListenerTest.class.getName() + "$", ""))
                .toList();
    }

    static class Silent {
        @Test @Proves("XX-01")
        void passes() {}

        @Test @Proves("XX-02")
        void fails() {
            fail();
        }
    }

    static class OnBoth {
        @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("XX-01")
        void passesOnBoth(String backend, TestReporter reporter) {
            reporter.publishEntry(ProofListener.BACKEND, backend);
        }

        @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("XX-02")
        void failsOnPool(String backend, TestReporter reporter) {
            reporter.publishEntry(ProofListener.BACKEND, backend);
            assertEquals("carrier", backend);
        }

        @Test @Proves("XX-03")
        void runsOnCarrier(TestReporter reporter) {
            reporter.publishEntry(ProofListener.BACKEND, "carrier");
        }
    }

    static class FailsOnce {
        @ParameterizedTest @ValueSource(ints = {1, 2, 3}) @Proves("XX-01")
        void failsAtTwo(int n) {
            assertEquals(1, n % 2);
        }

        @TestFactory @Proves("XX-02")
        List<DynamicTest> madeAtRunTime() {
            return List.of(DynamicTest.dynamicTest("good", () -> {}), DynamicTest.dynamicTest("bad", () -> fail()));
        }
    }

    static class Aborted {
        @Test @Proves("XX-01")
        void aborts() {
            abort("not here");
        }
    }

    static class AbortedOnce {
        @ParameterizedTest @ValueSource(ints = {1, 2, 3}) @Proves("XX-01")
        void abortsAtTwo(int n) {
            if (n == 2) abort("not\ttwo");
        }
    }

    static class DisabledTest {
        @Test @Disabled("some day") @Proves("XX-01")
        void waits() {}
    }

    @Disabled("some day")
    @Proves("XX-02")
    static class DisabledTests {
        @Test @Proves("XX-01")
        void one() {}
    }

    @Proves("XX-09")
    static class Whole {
        @Test
        void one() {}

        @Nested
        class Part {
            @Test
            void two() {}
        }
    }

    @Proves("XX-09")
    static class Spoiled {
        @Test
        void one() {}

        @Nested
        class Part {
            @Test
            void two() {
                fail();
            }
        }
    }

    static class TearDownFails {
        @AfterAll
        static void tearDown() {
            fail();
        }

        @Test @Proves("XX-01")
        void passes() {}
    }
}
