package io.anyio.itest.exam;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.ops4j.pax.exam.util.Injector;
import org.osgi.framework.FrameworkUtil;

/** Refuses to run a {@link PaxExam} class outside a framework; inside, injects services into its instances. */
final class InsideExtension implements ExecutionCondition, TestInstancePostProcessor {

    // A condition, because it is asked before anything of the class runs.
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (FrameworkUtil.getBundle(InsideExtension.class) == null) {
            throw new ExtensionConfigurationException("""
                    %s is annotated with @PaxExam, but runs outside a framework: \
                    annotate the class that holds it, and let the launcher load PaxExamEngine and PaxExamFilter\
                    """.formatted(context.getRequiredTestClass().getName()));
        }
        return ConditionEvaluationResult.enabled("inside a framework");
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext extensionContext) {
        var context = FrameworkUtil.getBundle(InsideExtension.class).getBundleContext();
        var reference = context.getServiceReference(Injector.class);
        try {
            context.getService(reference).injectFields(instance);
        } finally {
            context.ungetService(reference);
        }
    }
}
