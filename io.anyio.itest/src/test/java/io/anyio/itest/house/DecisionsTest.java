package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each decision has the form of the others, and its row in the table of all decisions. */
class DecisionsTest {
    private static final Path FOLDER = Path.of("../docs/adr");

    /** The status ends at a semicolon, behind which a record may say more. */
    private static final Pattern RECORD = Pattern.compile(
            "# (\\d+)\\. (.*)\\n\\n- Date: (\\d{4}-\\d\\d-\\d\\d)\\n- Status: ([^;\\n]*).*\\n\\n## Context\\n.*"
                    + "\\n## Decision\\n.*\\n## Alternatives considered\\n.*\\n## Consequences\\n.*",
            Pattern.DOTALL);

    @Test
    void theTableHasEachDecisionWithItsDateAndStatus() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.filter(file -> file.getFileName().toString().matches("\\d{4}-.*\\.md")).sorted().toList();
        }
        assertTrue(files.size() >= 17, () -> "only " + files);
        List<String> rows = new ArrayList<>();
        for (Path file : files) {
            Matcher record = RECORD.matcher(Files.readString(file));
            assertTrue(record.matches(), () -> file + " has not the form that CONTRIBUTING.md describes");
            int number = rows.size() + 1;
            assertEquals(String.valueOf(number), record.group(1), file.toString());
            assertTrue(file.getFileName().toString().startsWith("%04d-".formatted(number)), file.toString());
            rows.add("| " + number + " | [" + record.group(2) + "](" + file.getFileName() + ") | " + record.group(3)
                    + " | " + record.group(4) + " |");
        }
        List<String> table = Files.readAllLines(FOLDER.resolve("README.md")).stream()
                .filter(line -> line.matches("\\| \\d.*")).toList();
        assertEquals(String.join("\n", rows), String.join("\n", table));
    }
}
