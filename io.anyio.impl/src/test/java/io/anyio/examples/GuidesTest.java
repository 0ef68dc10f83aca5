package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The README, and a guide that names a class of examples, show what is compiled and run; the examples may have more
 * between their lines. The README also shows the project of a stranger, which {@code StrangerIT} runs.
 */
class GuidesTest {
    static final Path DOCS = Path.of("../docs");
    private static final Path README = Path.of("../README.md");
    private static final Path STRANGER = Path.of("../io.anyio.itest/stranger/src");
    private static final Path MODULES = Path.of("..");
    private static final Path EXAMPLES = Path.of("src/test/java/io/anyio/examples");
    private static final Pattern NAMED = Pattern.compile("`\\w+Examples`");
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void whatAGuideShowsIsAmongTheExamples() throws IOException {
        List<List<String>> examples = examples();
        List<String> missing = new ArrayList<>();
        int shown = 0;
        List<Path> pages = new ArrayList<>(files(DOCS, ".md"));
        pages.add(README);
        for (Path guide : pages) {
            String text = Files.readString(guide);
            if (guide.equals(README)) {
                text = withoutStranger(text);
            }
            if (guide.equals(README) || NAMED.matcher(text).find()) {
                List<String> blocks = BLOCK.matcher(text).results().map(block -> block.group(1)).toList();
                shown += blocks.size();
                blocks.stream().filter(block -> examples.stream().noneMatch(code -> holds(code, lines(block))))
                        .forEach(block -> missing.add(guide.getFileName() + ": " + block));
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(shown >= 70, "only " + shown + " blocks of code were found");
    }

    private static String withoutStranger(String text) throws IOException {
        String left = text;
        try (Stream<Path> files = Files.walk(STRANGER)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                left = left.replace(Files.readString(file), "");
            }
        }
        return left;
    }

    /** The lines of each class of examples, of all modules. */
    static List<List<String>> examples() throws IOException {
        List<List<String>> examples = new ArrayList<>();
        for (Path module : files(MODULES, "")) {
            if (Files.isDirectory(module.resolve(EXAMPLES))) {
                for (Path file : files(module.resolve(EXAMPLES), ".java")) {
                    examples.add(lines(Files.readString(file)));
                }
            }
        }
        return examples;
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    /** The lines of code without their indentation. */
    static List<String> lines(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private static boolean holds(List<String> code, List<String> block) {
        int next = 0;
        for (String line : code) {
            if (next < block.size() && line.equals(block.get(next))) {
                next++;
            }
        }
        return next == block.size();
    }
}
