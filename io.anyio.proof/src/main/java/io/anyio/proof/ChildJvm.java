package io.anyio.proof;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Another JVM of this JDK, with our class path, which a test runs to its end. It does not outlive the test. */
public record ChildJvm(Class<?> main, List<String> before, List<String> options, Duration patience,
        Predicate<String> last) {
    /** What the backend {@code carrier} needs. */
    public static final String CARRIER = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    private static final int SHOWN = 4_000;

    /** With these options for the JVM. */
    public static ChildJvm of(Class<?> main, String... options) {
        return new ChildJvm(main, List.of(), List.of(options), Duration.ofSeconds(60), _ -> false);
    }

    /** It is killed after that time. */
    public ChildJvm patience(Duration longest) {
        return new ChildJvm(main, before, options, longest, last);
    }

    /** It may have so many open files at a time. */
    public ChildJvm maxFiles(int most) {
        return new ChildJvm(main, List.of("sh", "-c", "ulimit -n " + most + " && exec \"$0\" \"$@\""), options,
                patience,
                last);
    }

    /** It is killed when it has said a line that has this in it. */
    public ChildJvm until(String part) {
        return new ChildJvm(main, before, options, patience, line -> line.contains(part));
    }

    /** What it has said, and how it ended. */
    public record Ended(int exit, boolean late, String output) {
        /** Fails unless the output has that in it. */
        public Ended says(String part) {
            if (!output.contains(part)) {
                throw new AssertionError("It does not say '" + part + "' but " + this);
            }
            return this;
        }

        /** It has not been killed, and its main method has returned. */
        public Ended well() {
            if (exit != 0 || late) {
                throw new AssertionError(toString());
            }
            return this;
        }

        /** Its beginning and its end, for they tell most. */
        @Override
        public String toString() {
            String shown = output.length() <= SHOWN
                    ? output
                    : output.substring(0, SHOWN / 2) + "\n[...]\n" + output.substring(output.length() - SHOWN / 2);
            return (late ? "[killed, for it took too long] " : "[exit " + exit + "] ") + shown;
        }
    }

    /** With these arguments of its main method. */
    public Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        boolean[] late = new boolean[1];
        Thread guard = Thread.ofPlatform().daemon().start(() -> {
            try {
                late[0] = !child.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                // nobody interrupts it; then, too, the child must not stay
            }
            child.destroyForcibly();
        });
        StringBuilder output = new StringBuilder();
        boolean complete = false;
        try (BufferedReader reader = child.inputReader(StandardCharsets.UTF_8)) {
            child.getOutputStream().close();
            String line = reader.readLine();
            while (line != null) {
                output.append(line).append('\n');
                line = last.test(line) ? null : reader.readLine();
            }
            complete = !last.test(output.toString());
        } finally {
            if (!complete) {
                child.destroyForcibly();
            }
            guard.join();
        }
        return new Ended(child.waitFor(), late[0], output.toString());
    }
}
