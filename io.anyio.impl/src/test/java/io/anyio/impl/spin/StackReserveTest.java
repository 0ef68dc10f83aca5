package io.anyio.impl.spin;

import io.anyio.api.task.Block;
import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stack ends in every operation, and in none half-way. */
class StackReserveTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long STACK = 256L << 10;
    /** Enough for both compilers to have done their work long before the end. */
    private static final int ROUNDS = 40;

    /** If a compiler made one method of an operation and its caller, the stack would end before it, and never in it. */
    private static final String[] SEPARATE = {"-XX:CompileCommand=dontinline,io.anyio.impl.spin.Overflows*::*",
            "-XX:CompileCommand=dontinline,io.anyio.impl.spin.WaitsFromTheEnd*::*"};

    private int depth;
    private boolean reserved;
    private int unmarked;

    /** The JVM runs one method after the other in the interpreter, as compiled by C1, and as compiled by C2. */
    @EachBackend
    void anOverflowLeavesNothingBehind(String backend) throws IOException, InterruptedException {
        for (String mode : new String[]{"-Xint", "-XX:+TieredCompilation"}) {
            java(Overflows.class, mode, SEPARATE).run(backend, "3").says("ended\n").well();
        }
    }

    /** Compiled code needs more of the stack to link what it uses first than the interpreter does. */
    @EachBackend
    void nothingIsLinkedThere(String backend) throws IOException, InterruptedException {
        java(WaitsFromTheEnd.class, "-Xcomp", SEPARATE).run(backend).says("ended\n").well();
    }

    /** With nothing reserved, {@code none}, the test must see that. */
    @ParameterizedTest @CsvSource({"none, 4096, true", "lock, 4096, false", "operation, 8192, false",
            "scope, 12288, false"})
    void whatIsPromisedIsLeft(String kind, int bytes, boolean overflows) throws IOException, InterruptedException {
        for (String mode : new String[]{"-Xint", "-XX:TieredStopAtLevel=1",
                "-XX:+TieredCompilation", "-Xcomp"}) {
            java(StackReserveTest.class, mode).run(kind, Integer.toString(bytes))
                    .says("overflows afterwards: " + overflows + "\n").well();
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

    private static ChildJvm java(Class<?> main, String mode, String... more) {
        List<String> options = new ArrayList<>(
                List.of(ChildJvm.CARRIER, mode, "-Xss512k", "-XX:MaxJavaStackTraceDepth=10"));
        options.addAll(List.of(more));
        return ChildJvm.of(main, options.toArray(String[]::new)).patience(PATIENCE);
    }
}
