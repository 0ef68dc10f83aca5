package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Memory that ends between a count and what was counted leaves no count too high: no host, no loop and no borrower
 * waits for what was never begun.
 */
class OutOfMemoryTest {
    private static final long PATIENCE_SECONDS = 400;

    /** A small heap, and no buffers of the threads' own, so that each allocation sees what is left. */
    @EachBackend
    void nothingWaitsForWhatWasNotBegun(String backend) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:-UseTLAB", "-Xmx16m",
                "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), OutOfMemories.class.getName(), backend, "13")
                .redirectErrorStream(true)
                .start();
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
        assertTrue(output.contains("ended\n"), output);
    }
}
