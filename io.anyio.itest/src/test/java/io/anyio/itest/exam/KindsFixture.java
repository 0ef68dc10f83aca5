package io.anyio.itest.exam;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * One test of each kind; each fails outside a framework. {@link PaxExamIT} runs them and tells what they are to report.
 */
@PaxExam
class KindsFixture {

    static boolean beforeAll;

    @Inject
    BundleContext context;

    boolean beforeEach;

    KindsFixture() {
        assertInside();
    }

    @BeforeAll
    static void beforeAll() {
        assertInside();
        beforeAll = true;
    }

    @BeforeEach
    void beforeEach() {
        assertInside();
        beforeEach = true;
    }

    @AfterEach
    void afterEach(TestReporter reporter) {
        assertInside();
        reporter.publishEntry("afterEach", "inside");
    }

    @AfterAll
    static void afterAll() {
        assertInside();
    }

    static void assertInside() {
        assertNotNull(FrameworkUtil.getBundle(KindsFixture.class), "outside a framework");
    }

    @Test
    void plain() {
        assertSame(FrameworkUtil.getBundle(getClass()), context.getBundle());
        assertTrue(beforeAll && beforeEach);
    }

    @Test
    void overloaded() {
        assertInside();
    }

    @Test
    void overloaded(TestInfo info, TestReporter reporter, @TempDir Path folder) {
        assertInside();
        assertTrue(Files.isDirectory(folder));
        reporter.publishEntry("test", info.getDisplayName());
        reporter.publishFile("note.txt", MediaType.TEXT_PLAIN_UTF_8, file -> Files.writeString(file, "inside"));
    }

    @RepeatedTest(2)
    void repeated() {
        assertInside();
    }

    @ParameterizedTest(name = "value {0}") @ValueSource(strings = {"a", "b"})
    void parameterized(String value) {
        assertInside();
    }

    @TestFactory
    Stream<DynamicNode> factory() {
        return Stream.of(
                dynamicTest("dynamic", KindsFixture::assertInside),
                dynamicContainer("container", List.of(dynamicTest("contained", KindsFixture::assertInside))),
                dynamicTest("dynamic failure", () -> fail("in dynamic")));
    }

    @TestTemplate @ExtendWith(Twice.class)
    void template() {
        assertInside();
    }

    static final class Twice implements TestTemplateInvocationContextProvider {

        @Override
        public boolean supportsTestTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
            assertInside();
            return Stream.of(new TestTemplateInvocationContext() {}, new TestTemplateInvocationContext() {});
        }
    }

    @Nested
    class Inner {

        @Inject
        BundleContext innerContext;

        @Test
        void nested() {
            assertInside();
            assertTrue(beforeEach);
            assertSame(context, innerContext);
        }

        @Nested
        @ParameterizedClass
        @ValueSource(ints = {1, 2})
        class Innermost {

            @Parameter
            int number;

            @Test
            void inParameterizedClass() {
                assertInside();
                assertTrue(number > 0);
            }
        }
    }

    @Test @Disabled("for a reason")
    void disabled() {
        fail("disabled");
    }
}
