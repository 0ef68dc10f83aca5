package io.anyio.testing;

import io.anyio.api.task.TaskGroup;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs an {@link AnyioTest} once for each of its backends. */
final class AnyioTestExtension implements TestTemplateInvocationContextProvider {
    static final String BACKEND = "anyio.backend";

    AnyioTestExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), AnyioTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        AnyioTest test = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), AnyioTest.class)
                .orElseThrow();
        if (test.timeout() <= 0) {
            throw new ExtensionConfigurationException(
                    "The timeout of @AnyioTest is " + test.timeout() + " seconds: give at least 1");
        }
        return Stream.of(test.backends()).map(backend -> new OnBackend(backend, test));
    }

    private record OnBackend(String backend, AnyioTest test) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return "[" + backend + "]";
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new BackendCondition(backend), new InLoop(backend, test));
        }
    }

    /** Runs everything from the first set-up to the last tear-down in a task. */
    private static final class InLoop
            implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor, ParameterResolver {
        private final String backend;
        private final int timeout;
        private final @Nullable VirtualClock clock;
        private @Nullable TestRun run;

        InLoop(String backend, AnyioTest test) {
            this.backend = backend;
            timeout = test.timeout();
            clock = test.virtualClock() ? new VirtualClock() : null;
        }

        @Override
        public void beforeEach(ExtensionContext context) throws Exception {
            context.publishReportEntry(BACKEND, backend);
            List<AroundEach> arounds = context.getRequiredTestInstances().getAllInstances().stream()
                    .filter(AroundEach.class::isInstance).map(AroundEach.class::cast).toList();
            TestRun started = new TestRun(context.getRequiredTestMethod().getName(), backend, clock, timeout, arounds);
            run = started;
            started.open();
        }

        @Override
        public void afterEach(ExtensionContext context) throws Exception {
            run().close();
        }

        private TestRun run() {
            if (run == null) {
                throw new IllegalStateException("The test has no event loop yet");
            }
            return run;
        }

        @Override
        public void interceptBeforeEachMethod(Invocation<@Nullable Void> invocation,
                ReflectiveInvocationContext<Method> method, ExtensionContext context)
                throws Throwable {
            run().perform(invocation::proceed);
        }

        @Override
        public void interceptTestTemplateMethod(Invocation<@Nullable Void> invocation,
                ReflectiveInvocationContext<Method> method, ExtensionContext context)
                throws Throwable {
            run().perform(invocation::proceed);
        }

        @Override
        public void interceptAfterEachMethod(Invocation<@Nullable Void> invocation,
                ReflectiveInvocationContext<Method> method, ExtensionContext context)
                throws Throwable {
            run().perform(invocation::proceed);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return (type == VirtualClock.class && clock != null)
                    || (type == TaskGroup.class && !(parameter.getDeclaringExecutable() instanceof Constructor));
        }

        @Override
        public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == VirtualClock.class ? clock : run().group();
        }
    }
}
