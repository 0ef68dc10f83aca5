package io.anyio.impl.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.task.Block;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stack ends in every operation, and in none half-way. */
class StackReserveTest {
    private static final long PATIENCE_SECONDS = 100;
    private static final long STACK = 256L << 10;
    /** Enough for both compilers to have done their work long before the end. */
    private static final int ROUNDS = 40;

    private int depth;
    private boolean reserved;
    private int unmarked;

    /** The JVM runs one method after the other in the interpreter, as compiled by C1, and as compiled by C2. */
    @EachBackend
    void anOverflowLeavesNothingBehind(String backend) throws IOException, InterruptedException {
        for (String mode : new String[]{"-Xint", "-XX:+TieredCompilation"}) {
            Process child = java(mode, Overflows.class.getName(), backend, "3");
            String output = outputOf(child);
            assertTrue(output.contains("ended\n"), () -> mode + ": " + shortly(output));
        }
    }

    /** With nothing reserved, {@code none}, the test must see that. */
    @ParameterizedTest @CsvSource({"none, 4096, true", "lock, 4096, false", "operation, 8192, false",
            "scope, 12288, false"})
    void whatIsPromisedIsLeft(String kind, int bytes, boolean overflows) throws IOException, InterruptedException {
        for (String mode : new String[]{"-Xint", "-XX:TieredStopAtLevel=1",
                "-XX:+TieredCompilation", "-Xcomp"}) {
            String output = outputOf(java(mode, StackReserveTest.class.getName(), kind, Integer.toString(bytes)));
            assertEquals("overflows afterwards: " + overflows, output.strip(), () -> mode + ": " + shortly(output));
        }
    }

    static void main(String[] arguments) throws InterruptedException {
        Block<RuntimeException> reserve = switch (arguments[0]) {
            case "lock" -> StackReserve::forLock;
            case "operation" -> StackReserve::forOperation;
            case "scope" -> StackReserve::forScope;
            default -> () -> {};
        };
        StackReserveTest test = new StackReserveTest();
        int[] overflows = new int[1];
        Thread thread = new Thread(null, () -> {
            for (int round = 0; round < ROUNDS; round++) {
                overflow(() -> test.down(0, Integer.MAX_VALUE));
                int frames = (int) (Integer.parseInt(arguments[1]) / (STACK / test.depth));
                overflow(() -> test.recurse(reserve, frames));
                overflows[0] += test.reserved ? 1 : 0;
            }
        }, "overflows", STACK);
        thread.start();
        thread.join();
        // not once: code that goes back to the interpreter in the midst of a round has larger frames than were measured
        System.out.println("overflows afterwards: " + (overflows[0] > ROUNDS / 2));
    }

    private static void overflow(Block<RuntimeException> recursion) {
        try {
            recursion.run();
        } catch (StackOverflowError e) {
            // that is how it ends
        }
    }

    /** Until the stack is used up, before it is reserved or afterwards. */
    @SuppressWarnings("InfiniteRecursion")
    private void recurse(Block<RuntimeException> reserve, int frames) {
        reserved = false;
        reserve.run();
        reserved = true;
        down(0, frames);
        reserved = false;
        recurse(reserve, frames);
    }

    private void down(int at, int to) {
        depth = at;
        if (at < to) {
            down(at + 1, to);
            unmarked++; // so that it is no loop
        }
    }

    private static Process java(String mode, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/java.lang=ALL-UNNAMED", mode, "-Xss2m", "-XX:MaxJavaStackTraceDepth=10",
                        "-cp", System.getProperty("java.class.path")));
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
