package io.anyio.proof;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * At the end of the build, holds what the tests proved against the acceptance list and against what they proved before,
 * and counts.
 */
public final class ProofReport {
    private static final List<String> BACKENDS = List.of(Proof.CARRIER, Proof.POOL);
    private static final String PROVED = "proved";
    private static final String PARTIAL = "partial";

    private final Statements statements;
    private final Set<Proof> proofs;

    ProofReport(Statements statements, Set<Proof> proofs) {
        this.statements = statements;
        this.proofs = proofs;
    }

    /**
     * Reads docs and every module's proofs, writes target/semantics.txt and target/proved.tsv and prints the count. If
     * all tests ran, what they proved must be what docs/proved.tsv says.
     *
     * @param arguments the project's root, the time the build started (older proofs are of another build), and whether
     * all tests ran
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Path docs = root.resolve("docs");
        List<Path> old = new ArrayList<>();
        ProofReport report = new ProofReport(Statements.read(docs), collect(root, Instant.parse(arguments[1]), old));
        boolean all = Boolean.parseBoolean(arguments[2]) && old.isEmpty();
        Path target = Files.createDirectories(root.resolve("target"));
        Files.write(target.resolve("semantics.txt"), report.lines());
        Files.write(target.resolve("proved.tsv"), report.found().lines());
        report.aborted().forEach(System.out::println);
        System.out.println(report.summary() + (all ? "" : " by some of the tests"));
        List<String> errors = report.errors();
        if (all) errors.addAll(report.errors(Ratchet.read(docs.resolve("proved.tsv"))));
        if (!errors.isEmpty()) {
            errors.forEach(System.err::println);
            System.exit(1);
        }
    }

    private static Set<Proof> collect(Path root, Instant since, List<Path> old) throws IOException {
        Set<Proof> proofs = new TreeSet<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(root, "io.anyio.*")) {
            for (Path module : modules) {
                Path file = module.resolve("target/proofs.tsv");
                if (!Files.exists(file)) continue;
                if (Files.getLastModifiedTime(file).toInstant().isBefore(since))
                    old.add(file);
                else
                    Files.readAllLines(file).forEach(row -> proofs.add(Proof.parse(row)));
            }
        }
        return proofs;
    }

    /** Tests that name what they cannot prove. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        for (Proof p : proofs) {
            String who = p.test() + " proves " + p.statement();
            if (!statements.ids().contains(p.statement()))
                errors.add(who + ", which no list of statements holds: correct its @Proves");
            else if (statements.notExpressible().containsKey(p.statement()))
                errors.add(
                        who + ", which docs/not-expressible.tsv calls not expressible: take it out of one of the two");
            if (!BACKENDS.contains(p.backend()))
                errors.add(who + " on the unknown backend " + p.backend() + ": its report entry must say one of "
                        + BACKENDS);
        }
        return new ArrayList<>(new TreeSet<>(errors));
    }

    /** What the tests of the whole build prove in less or more cases than before. */
    List<String> errors(Ratchet before) {
        List<String> errors = new ArrayList<>(before.differences(found()));
        before.rows().forEach((statement, row) -> {
            for (String backend : BACKENDS) {
                int was = backend.equals(Proof.CARRIER) ? row.carrier() : row.pool();
                if (was > 0 && passed(statement, backend).isEmpty() && claims(statement, backend) >= was)
                    errors.add("Proved no more: every test of " + statement + " on " + backend
                            + " was skipped or aborted");
            }
        });
        for (String statement : statements.partial().keySet()) {
            if (!found().rows().containsKey(statement))
                errors.add("docs/partial.tsv holds " + statement + ", of which no test proves a part: take it out");
        }
        if (!errors.isEmpty()) {
            errors.add("If that is meant: cp target/proved.tsv docs/proved.tsv, and commit it");
        }
        return errors;
    }

    /** Skipped and aborted tests that would prove something. */
    List<String> aborted() {
        return proofs.stream().filter(p -> !p.passed()).sorted().collect(Collectors.groupingBy(
                p -> p.test() + " on " + p.backend() + " was " + p.aborted() + (passedToo(p) ? " (a part of it)" : ""),
                TreeMap::new,
                Collectors.mapping(Proof::statement, Collectors.joining(" ")))).entrySet().stream()
                .map(e -> "Not proved: " + e.getValue() + " by " + e.getKey()).toList();
    }

    private boolean passedToo(Proof aborted) {
        return proofs.stream().anyMatch(p -> p.passed() && p.sameClaim(aborted));
    }

    /** How many tests each statement has, those included that were aborted here: that depends on the machine. */
    Ratchet found() {
        Map<String, Ratchet.Row> rows = new TreeMap<>();
        for (String id : statements.ids()) {
            int carrier = claims(id, Proof.CARRIER);
            int pool = claims(id, Proof.POOL);
            if (carrier + pool > 0) rows.put(id, new Ratchet.Row(state(id), carrier, pool));
        }
        return new Ratchet(rows);
    }

    private int claims(String statement, String backend) {
        return (int) of(statement, backend).map(Proof::test).distinct().count();
    }

    private List<String> passed(String statement, String backend) {
        return of(statement, backend).filter(Proof::passed).map(Proof::test).toList();
    }

    private Stream<Proof> of(String statement, String backend) {
        return proofs.stream().filter(p -> p.statement().equals(statement) && p.backend().equals(backend));
    }

    private String state(String statement) {
        return statements.partial().containsKey(statement) ? PARTIAL : PROVED;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (String id : statements.ids()) {
            String sentence = statements.notExpressible().get(id);
            if (sentence != null) {
                lines.add(id + " not-expressible " + sentence);
                continue;
            }
            String reason = statements.partial().get(id);
            if (reason != null) lines.add(id + " partial " + reason);
            for (String backend : BACKENDS) {
                List<String> tests = passed(id, backend);
                lines.add(id + " " + backend + " " + (tests.isEmpty() ? "unproved" : String.join(" ", tests)));
            }
        }
        return lines;
    }

    String summary() {
        Set<String> list = statements.semantics();
        return "Semantics: %d of %d proved on carrier, %d on pool, %d not expressible, %d partial; beyond: %s"
                .formatted(
                        proved(list, Proof.CARRIER), list.size(), proved(list, Proof.POOL),
                        statements.notExpressible().size(),
                        partial(list), beyond(statements.beyond()));
    }

    private String beyond(Set<String> list) {
        return "%d of %d on carrier, %d on pool, %d partial".formatted(proved(list, Proof.CARRIER), list.size(),
                proved(list, Proof.POOL), partial(list));
    }

    private long partial(Set<String> list) {
        return statements.partial().keySet().stream().filter(list::contains).count();
    }

    private long proved(Set<String> list, String backend) {
        return proofs.stream()
                .filter(p -> p.passed() && p.backend().equals(backend) && list.contains(p.statement())
                        && state(p.statement()).equals(PROVED))
                .map(Proof::statement).distinct().count();
    }
}
