package io.anyio.impl.spin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stack ends in every operation, and in none half-way. */
class StackReserveTest {
    private static final long PATIENCE_SECONDS = 100;
    private static final long ENOUGH = 8_000;
    private static final long STACK = 4L << 20;

    private long depth;
    private long failedAt;

    /** The JVM runs one method after the other in the interpreter, as compiled by C1, and as compiled by C2. */
    @EachBackend
    void anOverflowLeavesNothingBehind(String backend) throws IOException, InterruptedException {
        for (String mode : new String[]{"-Xint", "-XX:+TieredCompilation"}) {
            Process child = java(mode, Overflows.class.getName(), backend, "3");
            String output = outputOf(child);
            assertTrue(output.contains("ended\n"), () -> mode + ": " + shortly(output));
        }
    }

    @ParameterizedTest @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:+TieredCompilation", "-Xcomp"})
    void enoughIsReserved(String mode) throws IOException, InterruptedException {
        String output = outputOf(java(mode, StackReserveTest.class.getName()));
        assertTrue(output.contains("reserved ") && Long.parseLong(output.strip().split(" ")[1]) >= ENOUGH,
                () -> mode + ": " + shortly(output));
    }

    static void main() throws InterruptedException {
        StackReserveTest test = new StackReserveTest();
        Thread thread = new Thread(null, () -> {
            for (int round = 0; round < 10; round++) {
                test.failedAt = 0;
                try {
                    test.recurse(0);
                } catch (StackOverflowError e) {
                    // that is how it ends
                }
            }
        }, "overflows", STACK);
        thread.start();
        thread.join();
        System.out.println("reserved " + (test.depth - test.failedAt) * (STACK / test.depth));
    }

    @SuppressWarnings("InfiniteRecursion") // until the stack is used up
    private void recurse(long at) {
        if (failedAt == 0) {
            try {
                StackReserve.forLock(at);
            } catch (StackOverflowError e) {
                failedAt = at;
            }
        }
        depth = at;
        recurse(at + 1);
    }

    private static Process java(String mode, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED", mode, "-Xss2m", "-XX:MaxJavaStackTraceDepth=10", "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String outputOf(Process child) throws IOException, InterruptedException {
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
        return output;
    }

    private static String shortly(String output) {
        return output.substring(0, Math.min(output.length(), 4_000));
    }
}
