package io.anyio.impl.park;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs jcstress for some seconds over the tests of this package, in a process of its own. Each broken twin must be
 * caught, which shows that the run is sharp enough, and nothing else.
 *
 * <p>For hours instead of seconds: {@code java -cp <test class path> org.openjdk.jcstress.Main -m tough}.
 */
class ParkingCoreStressTest {
    private static final Pattern FORBIDDEN = Pattern.compile("(?m)^\\S*\\.(\\w+) \\[.*]: Observed forbidden state");
    private static final Pattern SUMMARY = Pattern
            .compile("Results: 6 planned; (\\d) passed, (\\d) failed, 0 soft errs, 0 hard errs");

    @Test
    void onlyTheBrokenTwinsReachAForbiddenState(@TempDir Path folder) throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "jcstress needs two processors");
        Path output = folder.resolve("output.txt");
        Process jcstress = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main", "-t", "io.anyio.impl.park", "-r", folder.resolve("report").toString(),
                "-f", "1", "-fsm", "1", "-iters", "3", "-time", "200", "-sc", "false",
                "-jvmArgs", "-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"))
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!jcstress.waitFor(3, TimeUnit.MINUTES)) {
            jcstress.descendants().forEach(ProcessHandle::destroyForcibly);
            jcstress.destroyForcibly();
        }
        String text = Files.readString(output);
        Set<String> caught = new TreeSet<>();
        for (Matcher found = FORBIDDEN.matcher(text); found.find();) {
            caught.add(found.group(1));
        }
        assertEquals(Set.of("GrantOrCancelTwin", "GrantPublishesValueTwin", "SpinBitTwin"), caught, text);
        assertTrue(SUMMARY.matcher(text).results()
                .anyMatch(last -> last.group(1).equals("3") && last.group(2).equals("3")), text);
    }
}
