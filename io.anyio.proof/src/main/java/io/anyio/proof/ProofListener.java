package io.anyio.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes down which statements the tests of a run prove, and on which backend. The JUnit Platform finds it by itself;
 * it is silent unless the build says by the system property {@code anyio.proofs} to which file it appends.
 *
 * <p>A test tells its backend by a report entry {@code anyio.backend}; one that tells none counts for both. A statement
 * is proved by a method, or by a class that names it, if something of it passed on the backend and nothing of it failed
 * there. What was skipped or aborted proves nothing; it is written down with its reason, so that the report can name
 * it.
 */
public final class ProofListener implements TestExecutionListener {
    static final String FILE = "anyio.proofs";
    static final String BACKEND = "anyio.backend";

    private final ConcurrentMap<UniqueId, Set<String>> backends = new ConcurrentHashMap<>();
    private final ConcurrentMap<UniqueId, Status> results = new ConcurrentHashMap<>();
    private final ConcurrentMap<UniqueId, String> aborted = new ConcurrentHashMap<>();
    private final @Nullable Path file;

    /** Appends to the file that the system property names, if there is one. */
    public ProofListener() {
        this(Optional.ofNullable(System.getProperty(FILE)).map(Path::of).orElse(null));
    }

    ProofListener(@Nullable Path file) {
        this.file = file;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        backends.clear();
        results.clear();
        aborted.clear();
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        String backend = entry.getKeyValuePairs().get(BACKEND);
        if (backend != null)
            backends.computeIfAbsent(test.getUniqueIdObject(), _ -> ConcurrentHashMap.newKeySet()).add(backend);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        aborted.put(test.getUniqueIdObject(), reason.isBlank() ? "skipped" : "skipped: " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        results.put(test.getUniqueIdObject(), result.getStatus());
        if (result.getStatus() == Status.ABORTED)
            aborted.put(test.getUniqueIdObject(),
                    result.getThrowable().map(t -> "aborted: " + t.getMessage()).orElse("aborted"));
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (file == null) return;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, proofs(plan).stream().map(Proof::row).toList(), StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("The proofs were not written to " + file, e);
        }
    }

    Set<Proof> proofs(TestPlan plan) {
        Set<Proof> proofs = new TreeSet<>();
        Set<Proof> spoiled = new HashSet<>();
        results.forEach((id, status) -> {
            TestIdentifier test = plan.getTestIdentifier(id);
            if (!test.isTest() || status == Status.ABORTED) return;
            List<TestIdentifier> lineage = lineage(plan, test);
            boolean good = lineage.stream().allMatch(t -> results.get(t.getUniqueIdObject()) == Status.SUCCESSFUL);
            add(good ? proofs : spoiled, lineage, "");
        });
        proofs.removeAll(spoiled);
        aborted.forEach((id, reason) -> {
            TestIdentifier whole = plan.getTestIdentifier(id);
            add(proofs, lineage(plan, whole), reason);
            for (TestIdentifier part : plan.getDescendants(whole)) add(proofs, lineage(plan, part), reason);
        });
        return proofs;
    }

    /** Adds what the innermost test and all that holds it say they prove. */
    private void add(Set<Proof> proofs, List<TestIdentifier> lineage, String aborted) {
        for (Claim claim : claims(lineage)) {
            for (String backend : backendsOf(lineage))
                proofs.add(new Proof(claim.statement(), backend, claim.test(), aborted));
        }
    }

    /** The test, then what holds it: its template, its classes, its engine. */
    private static List<TestIdentifier> lineage(TestPlan plan, TestIdentifier test) {
        return Stream.iterate(Optional.of(test), Optional::isPresent, t -> t.flatMap(plan::getParent))
                .flatMap(Optional::stream).toList();
    }

    private Set<String> backendsOf(List<TestIdentifier> lineage) {
        Set<String> told = new TreeSet<>();
        for (TestIdentifier t : lineage) told.addAll(backends.getOrDefault(t.getUniqueIdObject(), Set.of()));
        return told.isEmpty() ? Set.of(Proof.CARRIER, Proof.POOL) : told;
    }

    private static List<Claim> claims(List<TestIdentifier> lineage) {
        List<Claim> claims = new ArrayList<>();
        for (TestIdentifier t : lineage) {
            switch (t.getSource().orElse(null)) {
                case MethodSource m ->
                    add(claims, m.getJavaMethod().getAnnotation(Proves.class),
                            m.getClassName() + "." + m.getMethodName());
                case ClassSource c -> add(claims, c.getJavaClass().getAnnotation(Proves.class), c.getClassName());
                case null, default -> {}
            }
        }
        return claims;
    }

    private static void add(List<Claim> claims, @Nullable Proves proves, String test) {
        if (proves == null) return;
        for (String statement : proves.value()) claims.add(new Claim(statement, test));
    }

    /** What a method or a class says it proves. */
    private record Claim(String statement, String test) {}
}
