package io.anyio.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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

    @TempDir
    Path folder;

    @Test
    void countsAndListsEachStatement() throws IOException {
        var report = new ProofReport(statements(LIST, "XX-03\tThe type says so.\n"), Set.of(new Proof("XX-01", "carrier", "A.a"),
                new Proof("YY-01", "carrier", "A.a"), new Proof("YY-01", "pool", "B.b")));
        assertEquals(List.of(), report.errors());
        assertEquals("Semantics: 2 of 4 proved on carrier, 1 on pool, 1 not expressible", report.summary());
        assertEquals(List.of("XX-01 carrier A.a", "XX-01 pool unproved", "XX-02 carrier unproved", "XX-02 pool unproved",
                "XX-03 not-expressible The type says so.", "YY-01 carrier A.a", "YY-01 pool B.b"), report.lines());
    }

    @Test
    void aProofOfWhatIsNotOnTheListIsAnError() throws IOException {
        var report = new ProofReport(statements(LIST, ""), Set.of(new Proof("XX-07", "carrier", "A.a")));
        assertEquals(List.of("A.a proves XX-07, which docs/semantics.md does not hold: correct its @Proves"), report.errors());
    }

    @Test
    void aProofOfWhatIsNotExpressibleIsAnError() throws IOException {
        var report = new ProofReport(statements(LIST, "XX-03\tThe type says so."), Set.of(new Proof("XX-03", "pool", "A.a")));
        assertEquals(1, report.errors().size());
        assertTrue(report.errors().getFirst().startsWith("A.a proves XX-03, which docs/not-expressible.tsv"));
    }

    @Test
    void anUnknownBackendIsAnError() throws IOException {
        var report = new ProofReport(statements(LIST, ""), Set.of(new Proof("XX-01", "reactor", "A.a")));
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

    private Statements statements(String list, String notExpressible) throws IOException {
        return Statements.read(Files.writeString(folder.resolve("semantics.md"), list),
                Files.writeString(folder.resolve("not-expressible.tsv"), notExpressible));
    }
}
