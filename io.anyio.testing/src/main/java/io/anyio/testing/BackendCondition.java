package io.anyio.testing;

import io.anyio.api.AnyIO;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests on a backend that is not available in this JVM, with the reason: {@code carrier} needs a flag, which the
 * first test of a new project does not have.
 *
 * <p>A build that relies on both backends sets the configuration parameter or system property {@value #REQUIRED} to
 * {@code true}; such a test fails then.
 */
record BackendCondition(String backend) implements ExecutionCondition {
    static final String REQUIRED = "anyio.backends.required";

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace
            .create(BackendCondition.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String problem = context.getRoot().getStore(NAMESPACE).computeIfAbsent(backend, BackendCondition::problem,
                String.class);
        if (problem.isEmpty()) {
            return ConditionEvaluationResult.enabled("The backend " + backend + " is available");
        }
        if (context.getConfigurationParameter(REQUIRED).map(Boolean::parseBoolean).orElse(false)) {
            return ConditionEvaluationResult.enabled("The backend " + backend + " is required by " + REQUIRED);
        }
        return ConditionEvaluationResult
                .disabled(problem
                        + ". Give the JVM of the tests that flag (argLine of surefire), or choose the backends "
                        + "of the test; with "
                        + REQUIRED + "=true it fails instead of being skipped");
    }

    /**
     * Why no loop can run on a backend, which an empty run finds out once. Other failures are left to the test.
     */
    private static String problem(String backend) {
        try {
            AnyIO.run(() -> {}, options -> options.backend(backend));
            return "";
        } catch (IllegalStateException e) {
            String message = String.valueOf(e.getMessage());
            return message.startsWith("The backend " + backend + " is not available") ? message : "";
        }
    }
}
