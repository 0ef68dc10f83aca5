package io.anyio.itest.exam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.TestExecutionResult.Status.ABORTED;
import static org.junit.platform.engine.TestExecutionResult.Status.FAILED;
import static org.junit.platform.engine.TestExecutionResult.Status.SUCCESSFUL;

import java.io.FileNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;
import org.ops4j.pax.exam.TestContainerException;

/** Runs fixtures as a build does, and proves that the driver forwards each kind of test and hides no failure. */
class PaxExamIT {

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Kinds {

        final LauncherRun run = LauncherRun.of(KindsFixture.class);

        @Test
        void everyKindRunsInside() {
            assertEquals(new TreeSet<>(Set.of(
                    "plain()",
                    "overloaded()",
                    "overloaded(org.junit.jupiter.api.TestInfo, org.junit.jupiter.api.TestReporter, "
                            + "java.nio.file.Path)",
                    "repeated()/#1", "repeated()/#2",
                    "parameterized(java.lang.String)/#1", "parameterized(java.lang.String)/#2",
                    "template()/#1", "template()/#2",
                    "factory()/#1", "factory()/#2/#1",
                    "Inner/nested()",
                    "Inner/Innermost/#1/inParameterizedClass()", "Inner/Innermost/#2/inParameterizedClass()")),
                    run.tests(SUCCESSFUL));
        }

        @Test
        void dynamicFailureIsAFailureOfItsOwn() {
            assertEquals(Set.of("factory()/#3"), run.tests(FAILED));
            assertEquals("in dynamic", run.failure("factory()/#3").getMessage());
        }

        @Test
        void disabledTestIsSkippedWithItsReason() {
            assertEquals(Map.of("disabled()", "for a reason"), run.skipped);
        }

        @Test
        void entriesPublishedInsideArePublishedOutside() {
            assertEquals(List.of(Map.of("afterEach", "inside")), run.entries.get("plain()"));
            var name = "overloaded(org.junit.jupiter.api.TestInfo, org.junit.jupiter.api.TestReporter, "
                    + "java.nio.file.Path)";
            assertEquals("overloaded(TestInfo, TestReporter, Path)", run.entries.get(name).getFirst().get("test"));
            assertEquals("note.txt", run.files.get(name).getFileName().toString());
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Outcomes {

        final LauncherRun run = LauncherRun.of(OutcomesFixture.class);

        @Test
        void failureKeepsTypeMessageAndStack() {
            var failure = assertInstanceOf(AssertionFailedError.class, run.failure("failsAnAssertion()"));
            assertEquals("one is not two ==> expected: <1> but was: <2>", failure.getMessage());
            assertTrue(List.of(failure.getStackTrace()).stream()
                    .anyMatch(frame -> frame.getMethodName().equals("failsAnAssertion")));
            assertEquals("no such thing",
                    assertInstanceOf(FileNotFoundException.class, run.failure("throwsAnException()")).getMessage());
        }

        @Test
        void failureThatCannotBeSerializedLooksLikeTheOriginal() {
            var failure = run.failure("throwsWhatCannotBeSerialized()");
            assertEquals("io.anyio.itest.exam.OutcomesFixture$Unserializable: kept", failure.toString());
            assertEquals("throwsWhatCannotBeSerialized", failure.getStackTrace()[0].getMethodName());
            assertEquals("java.lang.IllegalStateException: the cause", failure.getCause().toString());
        }

        @Test
        void failedAssumptionAborts() {
            assertEquals(Set.of("assumesInVain()"), run.tests(ABORTED));
            assertEquals("Assumption failed: not today",
                    assertInstanceOf(TestAbortedException.class, run.failure("assumesInVain()")).getMessage());
        }

        @Test
        void failureOfSetUpIsAFailureOfTheTest() {
            assertInstanceOf(UnsupportedOperationException.class, run.failure("WhenSetUpFails/isNotReached()"));
        }

        @Test
        void failureBeforeAllIsAFailureOfTheClass() {
            assertInstanceOf(UnsupportedOperationException.class, run.failure("WhenBeforeAllFails"));
            assertFalse(run.results.containsKey("WhenBeforeAllFails/isNotReached()"));
        }

        @Test
        void othersSucceed() {
            assertEquals(Set.of("succeeds()"), run.tests(SUCCESSFUL));
        }
    }

    @Test
    void endOfTheProcessFailsTheTestsThatItHinders() {
        var run = LauncherRun.of(OutcomesFixture.EndsTheProcess.class);
        assertEquals(Set.of("aSucceeds()"), run.tests(SUCCESSFUL));
        assertEquals(Set.of("bEndsTheProcess()", "cIsNotReached(org.junit.jupiter.api.TestInfo)"), run.tests(FAILED));
        assertEquals(
                "The framework did not report an outcome of %s.cIsNotReached(org.junit.jupiter.api.TestInfo)"
                        .formatted(OutcomesFixture.EndsTheProcess.class.getName()),
                run.failure("cIsNotReached(org.junit.jupiter.api.TestInfo)").getMessage());
        assertInstanceOf(TestContainerException.class, run.failure(""));
    }

    @Test
    void classThatExecutesNoTestFails() {
        assertEquals("No test of %s was executed".formatted(OutcomesFixture.RunsNothing.class.getName()),
                LauncherRun.of(OutcomesFixture.RunsNothing.class).failure("").getMessage());
    }

    @Test
    void classWithoutATestFails() {
        assertEquals(
                "%s is annotated with @PaxExam, but has no test".formatted(OutcomesFixture.HasNoTest.class.getName()),
                LauncherRun.of(OutcomesFixture.HasNoTest.class).failure("").getMessage());
    }

    @Test
    void missingBundleIsNamed() {
        assertMessageContains("Bundle-SymbolicName io.anyio.absent", OutcomesFixture.MissesABundle.class);
    }

    @Test
    void configurationOfAnInstanceIsRefused() {
        assertMessageContains("not of the form static Option[] name()", OutcomesFixture.ConfiguresItsInstance.class);
    }

    @Test
    void userBundleThatBndComplainsAboutIsRefused() {
        assertMessageContains("user.bad", OutcomesFixture.GivesABadBundle.class);
    }

    @Test
    void jupiterEngineAloneRefusesTheClass() {
        var run = LauncherRun.withJupiterAlone(KindsFixture.class);
        assertEquals(Set.of(), run.tests(SUCCESSFUL));
        var refusal = assertInstanceOf(ExtensionConfigurationException.class, run.failure("").getCause());
        assertTrue(refusal.getMessage().contains("outside a framework"), refusal::getMessage);
    }

    @Test
    void annotationOnANestedClassIsRefused() {
        var run = LauncherRun.of(OutcomesFixture.HoldsAnExamClass.class);
        assertEquals(Set.of(), run.tests(SUCCESSFUL));
        var refusal = assertInstanceOf(ExtensionConfigurationException.class, run.failure("Inner").getCause());
        assertTrue(refusal.getMessage().contains("annotate the class that holds it"), refusal::getMessage);
    }

    private static void assertMessageContains(String part, Class<?> fixture) {
        var run = LauncherRun.of(fixture);
        assertEquals(Set.of(), run.tests(SUCCESSFUL));
        var failure = assertInstanceOf(TestContainerException.class, run.failure(""));
        assertTrue(failure.getMessage().contains(part), failure::toString);
    }
}
