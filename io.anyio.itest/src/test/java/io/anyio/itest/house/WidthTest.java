package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One width for code, comments and Markdown, also where the formatter leaves a line alone. */
class WidthTest {
    private static final int WIDTH = 120;
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Its text is given. */
    private static final Path GIVEN = Path.of("docs/semantics.md");

    @Test
    void noLineOfJavaIsWider() throws IOException {
        assertEquals(List.of(), wider(".java", _ -> true));
    }

    /** A row of a table and a word, such as an address, cannot be broken. */
    @Test
    void noLineOfMarkdownIsWiderThatCouldBeBroken() throws IOException {
        assertEquals(List.of(), wider(".md", line -> !line.startsWith("|") && line.strip().contains(" ")));
    }

    private static List<String> wider(String ending, Predicate<String> counts) throws IOException {
        List<String> wider = new ArrayList<>();
        List<Path> files = files(ending);
        assertTrue(files.size() > 30, () -> "only " + files.size() + " files end with " + ending);
        for (Path file : files) {
            int number = 0;
            for (String line : Files.readAllLines(ROOT.resolve(file))) {
                number++;
                int width = line.codePointCount(0, line.length());
                if (width > WIDTH && counts.test(line)) {
                    wider.add(file + ":" + number + " has " + width + " columns, break it at " + WIDTH);
                }
            }
        }
        return wider;
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.map(ROOT::relativize).filter(file -> file.toString().endsWith(ending) && isOurs(file))
                    .sorted().toList();
        }
    }

    /** Neither made by the build nor by a tool, which has a folder with a dot. */
    private static boolean isOurs(Path file) {
        for (Path part : file) {
            if (part.toString().equals("target") || part.toString().startsWith(".")) return false;
        }
        return !file.equals(GIVEN);
    }
}
