package io.anyio.itest.exam;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.reporting.FileEntry;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What a launcher outside reports of a fixture class, by the test's place in it. */
final class LauncherRun implements TestExecutionListener {

    final Map<String, TestExecutionResult> results = new TreeMap<>();
    final Map<String, String> skipped = new TreeMap<>();
    final Map<String, List<Map<String, String>>> entries = new TreeMap<>();
    final Map<String, Path> files = new TreeMap<>();
    private final Set<String> tests = new TreeSet<>();

    private LauncherRun() {}

    /** Runs a class as a build or an IDE does. */
    static LauncherRun of(Class<?> testClass) {
        // Listeners of the project would count the fixtures as tests of their own.
        return run(LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build(), testClass);
    }

    /** Runs a class with nothing but the Jupiter engine. */
    static LauncherRun withJupiterAlone(Class<?> testClass) {
        return run(LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .enableTestEngineAutoRegistration(false)
                .addTestEngines(new JupiterTestEngine())
                .build(), testClass);
    }

    private static LauncherRun run(LauncherConfig config, Class<?> testClass) {
        var run = new LauncherRun();
        LauncherFactory.create(config)
                .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(testClass)).build(), run);
        return run;
    }

    /** The tests, not containers, that ended with {@code status}. */
    Set<String> tests(TestExecutionResult.Status status) {
        var names = new TreeSet<>(tests);
        names.removeIf(name -> results.get(name).getStatus() != status);
        return names;
    }

    Throwable failure(String name) {
        return results.get(name).getThrowable().orElseThrow();
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped.put(name(test), reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.getParentId().isEmpty()) {
            return;
        }
        if (results.put(name(test), result) != null) {
            throw new AssertionError("Reported twice: " + test);
        }
        if (test.isTest()) {
            tests.add(name(test));
        }
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        entries.computeIfAbsent(name(test), _ -> new ArrayList<>()).add(entry.getKeyValuePairs());
    }

    @Override
    public void fileEntryPublished(TestIdentifier test, FileEntry file) {
        files.put(name(test), file.getPath());
    }

    /** {@code Inner/nested()}, {@code repeated()/#1}; empty for the class. */
    private static String name(TestIdentifier test) {
        return test.getUniqueIdObject().getSegments().stream().skip(2).map(UniqueId.Segment::getValue)
                .collect(Collectors.joining("/"));
    }
}
