package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Markdown links to is there, and so is what Markdown and comments name in the font of code. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Of these only the tests are ours now: AnyIO's names, what comes later, and the code of a day in the past. */
    private static final Set<Path> OTHERS = Set.of(Path.of("docs/semantics.md"), Path.of("docs/from-anyio.md"),
            Path.of("docs/mutations.md"));

    private static final Pattern BLOCK = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]+]\\(([^)\\s#]*)(#[^)\\s]*)?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern COMMENT = Pattern.compile("/\\*\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
    private static final Pattern JAVADOC_CODE = Pattern.compile("\\{@code\\s+([^}]*)}");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) (\\w+)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w./-])([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?");
    private static final Pattern NAME_OF_TYPE = Pattern.compile("\\w+");
    private static final Pattern TEST = Pattern.compile("\\w+(Test|IT)");

    /** A test that a comment names, in whatever font. */
    private static final Pattern NAMED_TEST = Pattern
            .compile("(?<![\\w./-])([A-Z]\\w*[a-z]\\w*(?:Test|IT))\\b(?![(.])");

    private static final Map<Path, String> MARKDOWN = new HashMap<>();

    /** The sources of each type, by its simple name. */
    private static final Map<String, List<String>> TYPES = new HashMap<>();

    private static final Map<Path, String> SOURCES = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean foreign = name.startsWith(".") || name.equals("target");
                return foreign && !folder.equals(ROOT) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().endsWith(".md")) {
                    MARKDOWN.put(ROOT.relativize(file), Files.readString(file));
                } else if (file.toString().endsWith(".java")) {
                    String source = Files.readString(file);
                    SOURCES.put(ROOT.relativize(file), source);
                    TYPE.matcher(source).results()
                            .forEach(type -> TYPES.computeIfAbsent(type.group(1), _ -> new ArrayList<>()).add(source));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void eachLinkLeadsToAFileAndAHeading() {
        Set<String> wrong = new TreeSet<>();
        int links = 0;
        for (Map.Entry<Path, String> page : MARKDOWN.entrySet()) {
            for (MatchResult link : LINK.matcher(BLOCK.matcher(page.getValue()).replaceAll("")).results().toList()) {
                if (!link.group(1).contains(":")) {
                    links++;
                    Path target = link.group(1).isEmpty()
                            ? page.getKey()
                            : page.getKey().resolveSibling(link.group(1)).normalize();
                    boolean there = Files.exists(ROOT.resolve(target)) && (link.group(2) == null
                            || headings(MARKDOWN.getOrDefault(target, "")).contains(link.group(2)));
                    if (!there) {
                        wrong.add(page.getKey() + ": " + link.group());
                    }
                }
            }
        }
        assertEquals(Set.of(), wrong);
        assertTrue(links > 60, "only " + links + " links were found");
    }

    /** The anchors that a page gets from its headings. */
    private static Set<String> headings(String page) {
        return HEADING.matcher(BLOCK.matcher(page).replaceAll("")).results()
                .map(heading -> "#" + heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void eachTestAndEachMemberThatIsNamedIsThere() {
        Set<String> wrong = new TreeSet<>();
        int names = 0;
        for (Map.Entry<Path, String> page : MARKDOWN.entrySet()) {
            names += look(page.getKey().toString(), CODE.matcher(BLOCK.matcher(page.getValue()).replaceAll("")),
                    OTHERS.contains(page.getKey()) ? TEST : NAME_OF_TYPE, wrong);
        }
        assertTrue(names > 300, "only " + names + " names were found in Markdown");
        names = 0;
        for (Map.Entry<Path, String> source : SOURCES.entrySet()) {
            for (MatchResult comment : COMMENT.matcher(source.getValue()).results().toList()) {
                names += look(source.getKey().toString(),
                        JAVADOC_CODE.matcher(comment.group().replaceAll("\\n\\s*\\*", " ")), NAME_OF_TYPE, wrong);
                NAMED_TEST.matcher(comment.group()).results().map(test -> test.group(1))
                        .filter(test -> !TYPES.containsKey(test))
                        .forEach(test -> wrong.add(source.getKey() + ": " + test));
            }
        }
        assertTrue(names > 100, "only " + names + " names were found in comments");
        assertEquals(Set.of(), wrong);
    }

    private static int look(String where, Matcher code, Pattern ours, Set<String> wrong) {
        int names = 0;
        while (code.find()) {
            for (MatchResult name : NAME.matcher(code.group(1)).results()
                    .filter(found -> ours.matcher(found.group(1)).matches()).toList()) {
                names++;
                List<String> types = TYPES.get(name.group(1));
                String member = name.group(2);
                boolean there = types == null
                        ? !TEST.matcher(name.group(1)).matches()
                        : member == null || member.equals("class") || types.stream()
                                .anyMatch(type -> Pattern.compile("\\b" + member + "\\b").matcher(type).find());
                if (!there) {
                    wrong.add(where + ": " + name.group());
                }
            }
        }
        return names;
    }
}
