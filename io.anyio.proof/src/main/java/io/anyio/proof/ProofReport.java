package io.anyio.proof;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** At the end of the build, holds what the tests proved against the acceptance list, and counts. */
public final class ProofReport {
    private static final List<String> BACKENDS = List.of(Proof.CARRIER, Proof.POOL);

    private final Statements statements;
    private final Set<Proof> proofs;

    ProofReport(Statements statements, Set<Proof> proofs) {
        this.statements = statements;
        this.proofs = proofs;
    }

    /**
     * Reads docs and every module's proofs, writes target/semantics.txt and prints the count.
     *
     * @param arguments the project's root, and the time the build started: older proofs are of another build
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        ProofReport report = new ProofReport(Statements.read(root.resolve("docs/semantics.md"), root.resolve("docs/not-expressible.tsv")),
                collect(root, Instant.parse(arguments[1])));
        List<String> errors = report.errors();
        if (!errors.isEmpty()) {
            errors.forEach(System.err::println);
            System.exit(1);
        }
        Files.createDirectories(root.resolve("target"));
        Files.write(root.resolve("target/semantics.txt"), report.lines());
        System.out.println(report.summary());
    }

    private static Set<Proof> collect(Path root, Instant since) throws IOException {
        Set<Proof> proofs = new TreeSet<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(root, "io.anyio.*")) {
            for (Path module : modules) {
                Path file = module.resolve("target/proofs.tsv");
                if (!Files.exists(file) || Files.getLastModifiedTime(file).toInstant().isBefore(since)) continue;
                Files.readAllLines(file).forEach(row -> proofs.add(Proof.parse(row)));
            }
        }
        return proofs;
    }

    List<String> errors() {
        List<String> errors = new ArrayList<>();
        for (Proof p : proofs) {
            String who = p.test() + " proves " + p.statement();
            if (!statements.ids().contains(p.statement()))
                errors.add(who + ", which docs/semantics.md does not hold: correct its @Proves");
            else if (statements.notExpressible().containsKey(p.statement()))
                errors.add(who + ", which docs/not-expressible.tsv calls not expressible: take it out of one of the two");
            if (!BACKENDS.contains(p.backend()))
                errors.add(who + " on the unknown backend " + p.backend() + ": its report entry must say one of " + BACKENDS);
        }
        return errors.stream().distinct().toList();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (String id : statements.ids()) {
            String sentence = statements.notExpressible().get(id);
            if (sentence != null) {
                lines.add(id + " not-expressible " + sentence);
                continue;
            }
            for (String backend : BACKENDS) {
                String tests = proofs.stream().filter(p -> p.statement().equals(id) && p.backend().equals(backend)).map(Proof::test)
                        .collect(Collectors.joining(" "));
                lines.add(id + " " + backend + " " + (tests.isEmpty() ? "unproved" : tests));
            }
        }
        return lines;
    }

    String summary() {
        return "Semantics: %d of %d proved on carrier, %d on pool, %d not expressible".formatted(proved(Proof.CARRIER),
                statements.ids().size(), proved(Proof.POOL), statements.notExpressible().size());
    }

    private long proved(String backend) {
        return proofs.stream().filter(p -> p.backend().equals(backend)).map(Proof::statement).distinct().count();
    }
}
