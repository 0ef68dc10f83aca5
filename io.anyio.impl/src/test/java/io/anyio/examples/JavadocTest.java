package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The javadoc of the public API shows what is compiled and run, line by line, and names guides and names that exist.
 */
class JavadocTest {
    private static final Path API = Path.of("../io.anyio.api/src/main/java/io/anyio/api");
    private static final Path TESTING = Path.of("../io.anyio.testing/src/main/java/io/anyio/testing");

    /** Where a reader begins. */
    private static final List<Path> ENTRIES = Stream.concat(
            Stream.of("AnyIO", "task/EventLoop", "task/TaskGroup", "task/CancelScope", "task/TaskHandle",
                    "task/ExceptionGroup", "stream/MemoryObjectStream", "stream/MemoryByteStreams", "stream/ByteStream",
                    "stream/BufferedByteReceiveStream", "stream/ForwardingByteStream", "stream/TextStream",
                    "stream/StapledByteStream", "stream/ServeOptions", "sync/Lock",
                    "sync/Event", "sync/Semaphore", "sync/CapacityLimiter", "sync/Condition", "sync/ResourceGuard",
                    "sync/Synchronization", "net/Network", "net/Listeners", "net/SocketListener", "net/SocketStream",
                    "net/UnixListenOptions", "net/UdpSocket", "net/ConnectedUdpSocket",
                    "net/ConnectionHandler", "tls/Tls", "tls/TlsOptions", "tls/TlsListener", "tls/TlsStream",
                    "whiteboard/TcpListener", "thread/BlockingPortal", "thread/Portals", "thread/PortalProvider",
                    "thread/RunToken", "thread/TaskLocal", "thread/WorkerOptions")
                    .map(name -> API.resolve(name + ".java")),
            Stream.of("AnyioTest", "EachBackend", "VirtualClock", "Sequencer", "Checkpoints", "LockContract")
                    .map(name -> TESTING.resolve(name + ".java")))
            .toList();

    /** Whose operations each name their counterpart, or the rule that they follow. */
    private static final List<Path> OPERATIONS = Stream
            .of("AnyIO", "task/TaskGroup", "task/CancelScope", "stream/MemoryObjectStream", "net/Network",
                    "net/Listeners", "net/SocketListener", "tls/Tls", "thread/BlockingPortal")
            .map(name -> API.resolve(name + ".java")).toList();

    /** A comment, and the beginning of what it describes. */
    private static final Pattern OPERATION = Pattern.compile("/\\*\\*(.*?)\\*/([^{;=]*)", Pattern.DOTALL);

    private static final Pattern SOURCE = Pattern
            .compile("In (AnyIO|AnyIO 4|Trio): |AnyIO has no counterpart|Rules: ");
    private static final Pattern OVERLOAD = Pattern.compile("(otherwise like|see) \\{@link ");
    private static final Pattern RULE = Pattern.compile("\\b(?!UTF)[A-Z]{2,3}-\\d\\d\\b");

    private static final Pattern CODE = Pattern.compile("\\{@snippet[^\\n]*:\\n|<pre>\\{@code");
    private static final Pattern GUIDE = Pattern.compile("Guide:\\s+\\{@code docs/([^}]*)}");
    private static final Pattern NAME = Pattern.compile("In AnyIO:\\s+\\{@code ([^}]*)}");

    @Test
    void whatTheJavadocShowsIsAmongTheExamples() throws IOException {
        List<List<String>> examples = GuidesTest.examples();
        List<String> missing = new ArrayList<>();
        int shown = 0;
        for (Path source : sources()) {
            List<String> snippets = snippets(comments(source));
            shown += snippets.size();
            snippets.stream()
                    .filter(code -> examples.stream()
                            .noneMatch(example -> Collections.indexOfSubList(example, GuidesTest.lines(code)) >= 0))
                    .forEach(code -> missing.add(source.getFileName() + ": " + code));
        }
        assertEquals(List.of(), missing);
        assertTrue(shown >= 40, "only " + shown + " pieces of code were found");
    }

    @Test
    void eachEntryTypeShowsAnExampleAndNamesItsGuide() throws IOException {
        List<Path> without = new ArrayList<>();
        for (Path source : ENTRIES) {
            String text = comments(source);
            if (snippets(text).isEmpty() || !GUIDE.matcher(text).find()) {
                without.add(source.getFileName());
            }
        }
        assertEquals(List.of(), without);
    }

    @Test
    void eachGuideAndEachNameOfAnyioThatIsNamedExists() throws IOException {
        String names = Files.readString(GuidesTest.DOCS.resolve("from-anyio.md"));
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Path source : sources()) {
            String text = comments(source);
            named += NAME.matcher(text).results().toList().size();
            GUIDE.matcher(text).results().map(guide -> guide.group(1))
                    .filter(guide -> !Files.exists(GuidesTest.DOCS.resolve(guide))).forEach(missing::add);
            NAME.matcher(text).results().map(name -> name.group(1))
                    .filter(name -> !names.contains("`" + name + "`")).forEach(missing::add);
        }
        assertEquals(List.of(), missing);
        assertTrue(named >= 50, "only " + named + " names of AnyIO were found");
    }

    @Test
    void eachOperationOfAnEntryTypeNamesItsSource() throws IOException {
        List<String> without = new ArrayList<>();
        int operations = 0;
        for (Path source : OPERATIONS) {
            for (Matcher operation = OPERATION.matcher(Files.readString(source)); operation.find();) {
                String text = operation.group(1).replaceAll("\\s*\\n\\s*\\*\\s*", " ");
                String code = operation.group(2);
                if (code.contains("(") && !OVERLOAD.matcher(text).find()) {
                    operations++;
                    if (!SOURCE.matcher(text).find()) {
                        without.add(source.getFileName() + ":" + code);
                    }
                }
            }
        }
        assertEquals(List.of(), without);
        assertTrue(operations > 70, "only " + operations + " operations were found");
    }

    @Test
    void eachRuleThatIsNamedExists() throws IOException {
        String rules = Files.readString(GuidesTest.DOCS.resolve("semantics.md"))
                + Files.readString(GuidesTest.DOCS.resolve("beyond.md"));
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Path source : sources()) {
            for (Matcher rule = RULE.matcher(comments(source)); rule.find(); named++) {
                if (!rules.contains("- **" + rule.group() + "**")) {
                    missing.add(source.getFileName() + ": " + rule.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 120, "only " + named + " rules are named");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> api = Files.walk(API); Stream<Path> testing = Files.walk(TESTING)) {
            return Stream.concat(api, testing).filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    /** The lines of a file's comments, without the asterisks. */
    private static String comments(Path source) throws IOException {
        StringBuilder text = new StringBuilder();
        Files.readAllLines(source).stream().map(String::strip).filter(line -> line.startsWith("*"))
                .forEach(line -> text.append(line.substring(1).strip()).append('\n'));
        return text.toString();
    }

    private static List<String> snippets(String comments) {
        List<String> snippets = new ArrayList<>();
        for (Matcher begin = CODE.matcher(comments); begin.find();) {
            int end = begin.end();
            for (int open = 1; open > 0; end++) {
                char c = comments.charAt(end);
                open += c == '{' ? 1 : c == '}' ? -1 : 0;
            }
            snippets.add(comments.substring(begin.end(), end - 1));
        }
        return snippets;
    }
}
