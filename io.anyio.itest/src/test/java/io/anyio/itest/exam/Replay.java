package io.anyio.itest.exam;

import static org.junit.platform.engine.TestExecutionResult.aborted;
import static org.junit.platform.engine.TestExecutionResult.failed;
import static org.junit.platform.engine.TestExecutionResult.successful;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.reporting.FileEntry;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.MethodSource;

/**
 * Repeats outside, for one class, what the launcher inside reports, and fails what it does not report.
 *
 * <p>The end of the class is held back until {@link #end}: what goes wrong with the framework is a failure of the
 * class.
 */
final class Replay implements Consumer<Event> {

    private final TestDescriptor testClass;
    private final EngineExecutionListener listener;
    private final Map<UniqueId, TestDescriptor> tests = new HashMap<>();
    private final Set<TestDescriptor> started = new HashSet<>();
    private final Set<TestDescriptor> ended = new HashSet<>();
    private Optional<TestExecutionResult> classResult = Optional.empty();
    private Optional<Throwable> launcherFailure = Optional.empty();
    private int outcomes;

    Replay(TestDescriptor testClass, EngineExecutionListener listener) {
        this.testClass = testClass;
        this.listener = listener;
        testClass.accept(test -> tests.put(test.getUniqueId(), test));
    }

    /** The id outside of what has {@code id} inside, or the other way round. */
    static UniqueId withEngine(String engine, UniqueId id) {
        var result = UniqueId.forEngine(engine);
        for (var segment : id.getSegments().subList(1, id.getSegments().size())) {
            result = result.append(segment);
        }
        return result;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Registered(var inside) -> {
                var test = new ReplayedDescriptor(withEngine(PaxExamEngine.ID, inside.getUniqueIdObject()), inside);
                find(inside.getParentIdObject().orElseThrow()).orElseThrow().addChild(test);
                tests.put(test.getUniqueId(), test);
                listener.dynamicTestRegistered(test);
            }
            case Event.Skipped(var id, var reason) -> find(id).ifPresent(test -> skip(test, reason));
            case Event.Started(var id) -> find(id).ifPresent(this::start);
            case Event.Finished(var id, var status, var failure) -> {
                var throwable = failure == null ? null : failure.restored();
                find(id).ifPresentOrElse(test -> finish(test, result(status, throwable)),
                        () -> launcherFailure = Optional.ofNullable(throwable));
            }
            case Event.Published(var id, var entries) ->
                find(id).ifPresent(test -> listener.reportingEntryPublished(test, ReportEntry.from(entries)));
            case Event.Attached(var id, var file, var mediaType) ->
                find(id).ifPresent(test -> listener.fileEntryPublished(test, FileEntry.from(Path.of(file), mediaType)));
            case Event.Broken(var failure) -> launcherFailure = Optional.of(failure.restored());
            case Event.End() -> {}
        }
    }

    /** Ends the class; {@code problem} is what kept the framework from running it to its end or from stopping. */
    void end(Optional<Throwable> problem) {
        var cause = problem.or(() -> launcherFailure);
        if (!ended.contains(testClass)) {
            if (started.add(testClass)) {
                listener.executionStarted(testClass);
            } else if (classResult.isEmpty()) {
                testClass.getChildren().forEach(test -> lose(test, cause));
            }
            var result = cause.map(TestExecutionResult::failed).or(() -> classResult)
                    .orElseGet(() -> failed(unreported(testClass, cause)));
            listener.executionFinished(testClass, result);
        }
    }

    private void start(TestDescriptor test) {
        started.add(test);
        listener.executionStarted(test);
    }

    private void skip(TestDescriptor test, String reason) {
        ended.add(test);
        outcomes++;
        listener.executionSkipped(test, reason);
    }

    private void finish(TestDescriptor test, TestExecutionResult result) {
        // Jupiter does not report what is below a container that failed.
        if (result.getStatus() == Status.SUCCESSFUL) {
            test.getChildren().forEach(child -> lose(child, launcherFailure));
        }
        if (test.isTest()) {
            outcomes++;
        }
        if (test != testClass) {
            ended.add(test);
            listener.executionFinished(test, result);
        } else if (outcomes == 0 && result.getStatus() == Status.SUCCESSFUL) {
            classResult = Optional.of(failed(new AssertionError("No test of " + name(test) + " was executed")));
        } else {
            classResult = Optional.of(result);
        }
    }

    /** Fails what was not reported at {@code test} and below. */
    private void lose(TestDescriptor test, Optional<Throwable> cause) {
        if (!ended.contains(test)) {
            if (!started.contains(test)) {
                start(test);
            }
            test.getChildren().forEach(child -> lose(child, cause));
            ended.add(test);
            outcomes++;
            listener.executionFinished(test, failed(unreported(test, cause)));
        }
    }

    private static AssertionError unreported(TestDescriptor test, Optional<Throwable> cause) {
        return new AssertionError("The framework did not report an outcome of " + name(test), cause.orElse(null));
    }

    private static String name(TestDescriptor test) {
        return test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(method -> "%s.%s(%s)".formatted(method.getClassName(), method.getMethodName(),
                        method.getMethodParameterTypes()))
                .orElseGet(test::getLegacyReportingName);
    }

    private static TestExecutionResult result(Status status, Throwable throwable) {
        return switch (status) {
            case SUCCESSFUL -> successful();
            case ABORTED -> aborted(throwable);
            case FAILED -> failed(throwable);
        };
    }

    /** Empty for the engine inside, which has no counterpart in the class. */
    private Optional<TestDescriptor> find(UniqueId inside) {
        return Optional.ofNullable(tests.get(withEngine(PaxExamEngine.ID, inside)));
    }
}
