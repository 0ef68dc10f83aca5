package io.anyio.proof;

import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * A stack that the JVM cannot put aside, so that each wait on it fails: the garbage collector G1 copies a stack in one
 * piece, which has to fit into half of one of its regions.
 */
public final class LargeStack {
    private static final int DEPTH = 10_000;

    private LargeStack() {}

    /** A JVM whose regions are the smallest, and which interprets its code, for then stacks are large. */
    public static ChildJvm jvm(Class<?> main, String... options) {
        return ChildJvm.of(main, Stream.concat(Stream.of(ChildJvm.CARRIER, "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m",
                "-Xmx512m", "-Xss8m", "-Xint"), Stream.of(options)).toArray(String[]::new));
    }

    /** Whether a wait fails that is tried on such a stack. */
    public static boolean overflows(Callable<?> operation) throws Exception {
        try {
            deep(DEPTH, operation);
            return false;
        } catch (StackOverflowError e) {
            return true;
        }
    }

    private static void deep(int depth, Callable<?> operation) throws Exception {
        if (depth == 0) {
            operation.call();
        } else {
            deep(depth - 1, operation);
        }
    }
}
