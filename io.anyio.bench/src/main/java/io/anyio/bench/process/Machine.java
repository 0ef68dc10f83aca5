package io.anyio.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The facts without which a number means nothing.
 *
 * @param cores processors that this process may use
 * @param processor the processor's name
 * @param system operating system and its kernel
 * @param jdk the Java that runs harness, load generator and the servers on the JVM
 * @param serverCpus where servers run, or "not pinned"
 * @param clientCpus where the load generator runs, or "not pinned"
 */
public record Machine(int cores, String processor, String system, String jdk, String serverCpus, String clientCpus) {

    /** Looks at this machine. */
    public static Machine of(Pinning pinning) {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                processorName(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.vendor") + " " + Runtime.version(),
                pinning.describe(Pinning.Role.SERVER),
                pinning.describe(Pinning.Role.CLIENT));
    }

    /** The facts in two lines. */
    public String describe() {
        return cores + " x " + processor + ", " + system + ", " + jdk + "\nservers " + serverCpus + ", load generator "
                + clientCpus;
    }

    private static String processorName() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
