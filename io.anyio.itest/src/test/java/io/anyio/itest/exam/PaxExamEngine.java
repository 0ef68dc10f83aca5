package io.anyio.itest.exam;

import static org.junit.platform.engine.TestExecutionResult.successful;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;

/**
 * Finds {@link PaxExam} classes as Jupiter finds them, and runs each in a framework of its own, one at a time.
 *
 * <p>An engine and not a Jupiter extension, because an extension sees methods only where Jupiter calls it: repeated,
 * parameterized and dynamic tests would be unrolled outside, and constructors and other extensions would run there.
 */
public final class PaxExamEngine implements TestEngine {

    static final String ID = "pax-exam";

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        var engine = new EngineDescriptor(id, "Pax Exam");
        var jupiter = new JupiterTestEngine().discover(new QuietDiscoveryRequest(request), id);
        var found = new HashSet<Class<?>>();
        for (var child : List.copyOf(jupiter.getChildren())) {
            examClass(child).ifPresent(examClass -> {
                found.add(examClass);
                jupiter.removeChild(child);
                engine.addChild(child);
            });
        }
        request.getSelectorsByType(ClassSelector.class).stream()
                .map(ClassSelector::getJavaClass)
                .filter(selected -> isExamClass(selected) && !Modifier.isAbstract(selected.getModifiers())
                        && found.add(selected))
                .forEach(selected -> engine
                        .addChild(new ReplayedDescriptor(id.append("class", selected.getName()), selected)));
        return engine;
    }

    @Override
    public void execute(ExecutionRequest request) {
        var listener = request.getEngineExecutionListener();
        var engine = request.getRootTestDescriptor();
        listener.executionStarted(engine);
        for (var testClass : List.copyOf(engine.getChildren())) {
            var replay = new Replay(testClass, listener);
            replay.end(run(testClass, request.getConfigurationParameters(), replay));
        }
        listener.executionFinished(engine, successful());
    }

    /** Returns what kept the framework from running the class to its end, if anything did. */
    private static Optional<Throwable> run(TestDescriptor testClass, ConfigurationParameters parameters,
            Replay replay) {
        var examClass = examClass(testClass).orElseThrow();
        if (testClass.isTest()) {
            return Optional
                    .of(new AssertionError(examClass.getName() + " is annotated with @PaxExam, but has no test"));
        }
        try (var framework = ForkedFramework.boot(examClass)) {
            framework.run(leaves(testClass), parameters, replay);
            return Optional.empty();
        } catch (Throwable problem) {
            return Optional.of(problem);
        }
    }

    /** The methods that are left after the launcher applied its filters. */
    private static List<UniqueId> leaves(TestDescriptor testClass) {
        var leaves = new ArrayList<UniqueId>();
        testClass.accept(test -> {
            if (test.getChildren().isEmpty()) {
                leaves.add(test.getUniqueId());
            }
        });
        return leaves;
    }

    /** The {@link PaxExam} class that {@code test} stands for. */
    static Optional<Class<?>> examClass(TestDescriptor test) {
        return test.getSource()
                .filter(ClassSource.class::isInstance)
                .<Class<?>>map(source -> ((ClassSource) source).getJavaClass())
                .filter(PaxExamEngine::isExamClass);
    }

    private static boolean isExamClass(Class<?> candidate) {
        return AnnotationSupport.isAnnotated(candidate, PaxExam.class);
    }
}
