package io.anyio.itest.exam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Component;

/** Tests that do not succeed, and classes that cannot; {@link PaxExamIT} tells what they are to report. */
@PaxExam
class OutcomesFixture {

    @Test
    void succeeds() {}

    @Test
    void failsAnAssertion() {
        assertEquals(1, 2, "one is not two");
    }

    @Test
    void throwsAnException() throws IOException {
        throw new FileNotFoundException("no such thing");
    }

    @Test
    void throwsWhatCannotBeSerialized() {
        throw new Unserializable("kept");
    }

    @Test
    void assumesInVain() {
        assumeTrue(false, "not today");
    }

    static final class Unserializable extends RuntimeException {

        @SuppressWarnings("serial")
        private final Object culprit = new Object();

        Unserializable(String message) {
            super(message, new IllegalStateException("the cause"));
        }
    }

    @Nested
    class WhenSetUpFails {

        @BeforeEach
        void fail() {
            throw new UnsupportedOperationException("set up");
        }

        @Test
        void isNotReached() {}
    }

    @Nested
    class WhenBeforeAllFails {

        @BeforeAll
        static void fail() {
            throw new UnsupportedOperationException("before all");
        }

        @Test
        void isNotReached() {}
    }

    /** Its second test ends the process, so that nobody reports the third. */
    @PaxExam
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class EndsTheProcess {

        @Test
        void aSucceeds() {}

        @Test
        void bEndsTheProcess() {
            assertNotNull(FrameworkUtil.getBundle(getClass()));
            Runtime.getRuntime().halt(7);
        }

        @Test
        void cIsNotReached(TestInfo info) {}
    }

    /** Reports no outcome at all. */
    @PaxExam
    static class RunsNothing {

        @TestFactory
        Stream<DynamicTest> none() {
            return Stream.empty();
        }
    }

    /** Has an annotation where it comes too late: the class around it is run outside. */
    static class HoldsAnExamClass {
        @PaxExam
        @Nested
        class Inner {
            @Test
            void isNotReached() {}
        }
    }

    /** Is not a test class to Jupiter, which would pass over it. */
    @PaxExam
    static class HasNoTest {}

    /** Asks for what is not there. */
    @PaxExam
    static class MissesABundle {

        @Configuration
        static Option[] configuration() {
            return CoreOptions.options(Reactor.bundles("io.anyio.absent"));
        }

        @Test
        void isNotReached() {}
    }

    /** Its configuration would need an instance outside. */
    @PaxExam
    static class ConfiguresItsInstance {

        @Configuration
        Option[] configuration() {
            return new Option[0];
        }

        @Test
        void isNotReached() {}
    }

    @Component(service = Runnable.class)
    static final class NoRunnable {}

    /** Gives a user bundle that bnd complains about. */
    @PaxExam
    static class GivesABadBundle {

        @Configuration
        static Option[] configuration() {
            return CoreOptions.options(UserBundle.of("user.bad", NoRunnable.class));
        }

        @Test
        void isNotReached() {}
    }
}
