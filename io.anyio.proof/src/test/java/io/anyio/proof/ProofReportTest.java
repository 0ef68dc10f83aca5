package io.anyio.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofReportTest {
    private static final String LIST = """
            **Not expressible.** Some (XX-02 to 03) are settled
            by Java's types.

            | Prefix | Area | Count |
            | --- | --- | --- |
            | XX | Something | 3 |
            | YY | Something else | 1 |

            - **XX-01** [S] First
            - **XX-02** [S] Second
            - **XX-03** [4] Third
            - **YY-01** [S] Other
            """;

    private static final String BEYOND = """
            | ZZ | Something new | 1 |

            - **ZZ-01** New
            """;

    @TempDir
    Path folder;

    @Test
    void countsAndListsEachStatement() throws IOException {
        var report = new ProofReport(statements(LIST, "XX-03\tThe type says so.\n", "YY-01\tOne kind only.\n"),
                Set.of(Proof.passed("XX-01", "carrier", "A.a"),
                        Proof.passed("YY-01", "carrier", "A.a"), Proof.passed("YY-01", "pool", "B.b")));
        assertEquals(List.of(), report.errors());
        assertEquals("Semantics: 1 of 4 proved on carrier, 0 on pool, 1 not expressible, 1 partial"
                + "; beyond: 0 of 1 on carrier, 0 on pool, 0 partial", report.summary());
        assertEquals(List.of("XX-01 carrier A.a", "XX-01 pool unproved", "XX-02 carrier unproved",
                "XX-02 pool unproved", "XX-03 not-expressible The type says so.", "YY-01 partial One kind only.",
                "YY-01 carrier A.a", "YY-01 pool B.b", "ZZ-01 carrier unproved", "ZZ-01 pool unproved"),
                report.lines());
    }

    @Test
    void whatIsBeyondCountsApart() throws IOException {
        var report = new ProofReport(statements(LIST, "", "ZZ-01\tOne kind only.\n"),
                Set.of(Proof.passed("ZZ-01", "carrier", "A.a")));
        assertEquals(List.of(), report.errors());
        assertEquals("Semantics: 0 of 4 proved on carrier, 0 on pool, 0 not expressible, 0 partial"
                + "; beyond: 0 of 1 on carrier, 0 on pool, 1 partial", report.summary());
        assertEquals("Semantics: 0 of 4 proved on carrier, 0 on pool, 0 not expressible, 0 partial"
                + "; beyond: 1 of 1 on carrier, 0 on pool, 0 partial",
                new ProofReport(statements(LIST, ""), Set.of(Proof.passed("ZZ-01", "carrier", "A.a"))).summary());
    }

    @Test
    void aProofOfWhatIsNotOnTheListIsAnError() throws IOException {
        var report = new ProofReport(statements(LIST, ""), Set.of(Proof.passed("XX-07", "carrier", "A.a")));
        assertEquals(List.of("A.a proves XX-07, which no list of statements holds: correct its @Proves"),
                report.errors());
    }

    @Test
    void aProofOfWhatIsNotExpressibleIsAnError() throws IOException {
        var report = new ProofReport(statements(LIST, "XX-03\tThe type says so."),
                Set.of(Proof.passed("XX-03", "pool", "A.a")));
        assertEquals(1, report.errors().size());
        assertTrue(report.errors().getFirst().startsWith("A.a proves XX-03, which docs/not-expressible.tsv"));
    }

    @Test
    void anUnknownBackendIsAnError() throws IOException {
        var report = new ProofReport(statements(LIST, ""), Set.of(Proof.passed("XX-01", "reactor", "A.a")));
        assertEquals(1, report.errors().size());
    }

    @Test
    void onlyWhatTheListNamesMayBeNotExpressible() {
        assertThrows(IllegalArgumentException.class, () -> statements(LIST, "XX-01\tIt is hard."));
    }

    @Test
    void theTableAndTheListMustAgree() {
        assertThrows(IllegalArgumentException.class, () -> statements(LIST.replace("else | 1 |", "else | 2 |"), ""));
        assertThrows(IllegalArgumentException.class, () -> statements(LIST + "- **XX-01** [S] Again\n", ""));
    }

    @Test
    void onlyWhatTheListHoldsMayBePartial() {
        assertThrows(IllegalArgumentException.class, () -> statements(LIST, "", "XX-07\tIt is hard.\n"));
    }

    @Test
    void whatIsSkippedIsNamedAndDoesNotCount() throws IOException {
        var report = new ProofReport(statements(LIST, ""),
                Set.of(new Proof("XX-01", "carrier", "A.a", "aborted: no IPv6"),
                        new Proof("XX-02", "carrier", "A.a", "aborted: no IPv6"),
                        new Proof("YY-01", "pool", "B.b", "skipped"), Proof.passed("YY-01", "pool", "B.b")));
        assertEquals(List.of("Not proved: XX-01 XX-02 by A.a on carrier was aborted: no IPv6",
                "Not proved: YY-01 by B.b on pool was skipped (a part of it)"), report.aborted());
        assertEquals("Semantics: 0 of 4 proved on carrier, 1 on pool, 0 not expressible, 0 partial"
                + "; beyond: 0 of 1 on carrier, 0 on pool, 0 partial", report.summary());
        assertTrue(report.lines().contains("XX-01 carrier unproved"), report.lines().toString());
    }

    @Test
    void theSameTestsAsBeforeAreNoError() throws IOException {
        assertEquals(List.of(),
                differences("XX-01 carrier A.a, XX-01 carrier A.b", "XX-01 carrier A.c, XX-01 carrier A.b"));
    }

    @Test
    void eachTestThatIsGoneIsAnError() throws IOException {
        assertEquals(List.of("Proved less: XX-01\tproved\t1\t0, and docs/proved.tsv says XX-01\tproved\t1\t1"),
                differences("XX-01 carrier A.a, XX-01 pool A.a", "XX-01 carrier A.a"));
        assertEquals(List.of("Proved less: XX-01\tproved\t1\t0, and docs/proved.tsv says XX-01\tproved\t2\t0"),
                differences("XX-01 carrier A.a, XX-01 carrier B.b", "XX-01 carrier A.a"));
        assertEquals(List.of("Proved less: XX-01\tunproved\t0\t0, and docs/proved.tsv says XX-01\tproved\t1\t0"),
                differences("XX-01 carrier A.a", ""));
    }

    @Test
    void aNewTestIsAnErrorUntilItIsKept() throws IOException {
        assertEquals(List.of("Proved more: XX-02\tproved\t1\t0, and docs/proved.tsv says XX-02\tunproved\t0\t0"),
                differences("XX-01 carrier A.a", "XX-01 carrier A.a, XX-02 carrier A.a"));
    }

    @Test
    void whatIsPartialNowWasProvedBefore() throws IOException {
        Ratchet before = new ProofReport(statements(LIST, ""), proofs("XX-01 carrier A.a")).found();
        var report = new ProofReport(statements(LIST, "", "XX-01\tOne kind only."), proofs("XX-01 carrier A.a"));
        assertTrue(report.errors(before).getFirst().startsWith("Proved less: XX-01\tpartial"),
                report.errors(before).toString());
    }

    @Test
    void whatIsAbortedOnThisMachineIsThere() throws IOException {
        Ratchet before = new ProofReport(statements(LIST, ""), proofs("XX-01 carrier A.a, XX-01 carrier B.b")).found();
        var one = new ProofReport(statements(LIST, ""), Set.of(Proof.passed("XX-01", "carrier", "A.a"),
                new Proof("XX-01", "carrier", "B.b", "aborted")));
        assertEquals(List.of(), one.errors(before));
        var all = new ProofReport(statements(LIST, ""), Set.of(new Proof("XX-01", "carrier", "A.a", "aborted"),
                new Proof("XX-01", "carrier", "B.b", "aborted")));
        assertEquals("Proved no more: every test of XX-01 on carrier was skipped or aborted",
                all.errors(before).getFirst());
    }

    @Test
    void aPartThatNoTestProvesIsAnError() throws IOException {
        var report = new ProofReport(statements(LIST, "", "XX-01\tOne kind only."), Set.of());
        assertTrue(report.errors(report.found()).getFirst().startsWith("docs/partial.tsv holds XX-01"));
    }

    @Test
    void theFileIsReadAsItIsWritten() throws IOException {
        Ratchet found = new ProofReport(statements(LIST, ""), proofs("XX-01 carrier A.a, YY-01 pool A.b")).found();
        assertEquals(found, Ratchet.read(Files.write(folder.resolve("proved.tsv"), found.lines())));
    }

    private List<String> differences(String before, String now) throws IOException {
        List<String> errors = new ProofReport(statements(LIST, ""), proofs(now))
                .errors(new ProofReport(statements(LIST, ""), proofs(before)).found());
        if (errors.isEmpty()) return errors;
        assertEquals("If that is meant: cp target/proved.tsv docs/proved.tsv, and commit it", errors.getLast());
        return errors.subList(0, errors.size() - 1);
    }

    private static Set<Proof> proofs(String text) {
        return text.lines().flatMap(line -> Stream.of(line.split(", "))).map(row -> row.split(" "))
                .map(cells -> Proof.passed(cells[0], cells[1], cells[2])).collect(Collectors.toSet());
    }

    private Statements statements(String list, String notExpressible) throws IOException {
        return statements(list, notExpressible, "");
    }

    private Statements statements(String list, String notExpressible, String partial) throws IOException {
        Files.writeString(folder.resolve("semantics.md"), list);
        Files.writeString(folder.resolve("beyond.md"), BEYOND);
        Files.writeString(folder.resolve("not-expressible.tsv"), notExpressible);
        Files.writeString(folder.resolve("partial.tsv"), partial);
        return Statements.read(folder);
    }
}
