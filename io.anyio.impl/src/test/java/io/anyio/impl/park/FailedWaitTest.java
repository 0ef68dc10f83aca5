package io.anyio.impl.park;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A wait that fails, because the stack is too large to be put aside, is withdrawn: what it waited for goes to somebody
 * else, and the loop goes on.
 *
 * <p>The garbage collector G1 puts a stack aside in one piece, which has to fit into half of one of its regions;
 * {@link FailedWaits} runs with the smallest, and interpreted, where stacks are large.
 */
class FailedWaitTest {
    private static final long PATIENCE_SECONDS = 90;

    @EachBackend
    void aFailedWaitIsWithdrawn(String backend) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED", "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m", "-Xmx256m",
                "-Xss8m", "-Xint",
                "-cp", System.getProperty("java.class.path"), FailedWaits.class.getName(), backend)
                .redirectErrorStream(true).start();
        Thread guard = Thread.ofPlatform().daemon().start(() -> {
            try {
                if (!child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    child.destroyForcibly();
                }
            } catch (InterruptedException e) {
                child.destroyForcibly();
            }
        });
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        guard.join();
        assertTrue(output.contains("ended\n"),
                output.lines().filter(line -> !line.contains(".deep(")).reduce("", (a, b) -> a + b + "\n"));
    }
}
