package io.anyio.testing;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs an {@link EachBackend} once for each of its backends. */
final class EachBackendExtension implements TestTemplateInvocationContextProvider {
    EachBackendExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), EachBackend.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        EachBackend test = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), EachBackend.class)
                .orElseThrow();
        return Stream.of(test.value()).map(OnBackend::new);
    }

    private record OnBackend(String backend)
            implements TestTemplateInvocationContext, BeforeEachCallback, ParameterResolver {
        @Override
        public String getDisplayName(int invocationIndex) {
            return "[" + backend + "]";
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new BackendCondition(backend), this);
        }

        @Override
        public void beforeEach(ExtensionContext context) {
            context.publishReportEntry(AnyioTestExtension.BACKEND, backend);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == String.class;
        }

        @Override
        public String resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return backend;
        }
    }
}
