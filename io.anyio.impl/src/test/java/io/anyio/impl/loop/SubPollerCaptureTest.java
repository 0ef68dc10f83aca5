package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;

/**
 * Without care the JDK's own pollers would run on the loop on which a blocking socket is used first, and hang when it
 * ends, with the sockets of everybody else.
 */
class SubPollerCaptureTest {

    @TempDir
    private Path directory;

    @EachBackend
    void blockingSocketsWorkAfterTheLoopThatUsedThemFirst(String backend) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"),
                SubPollerCapture.class.getName(), backend).redirectErrorStream(true).redirectOutput(output.toFile())
                .start();
        boolean ended = child.waitFor(20, TimeUnit.SECONDS);
        child.destroyForcibly().waitFor();
        assertTrue(ended, "The child hangs: " + Files.readString(output));
        assertEquals(0, child.exitValue(), Files.readString(output));
        List<String> said = Files.readAllLines(output);
        assertTrue(said.contains("exchanged after the end of the loop"), () -> "" + said);
        // a poller that had come on the loop would be the rescue thread's now, which the log tells
        assertTrue(said.stream().noneMatch(line -> line.contains("rescue")), () -> "" + said);
    }
}
