package io.anyio.bench.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How every JVM of the benchmarks is started: load generator, servers and micro benchmarks alike. */
public final class Jvm {
    /**
     * Heap, collector and permissions; the last three give Netty its fastest buffers on a new JDK, and native access is
     * what our epoll needs too.
     */
    public static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xms256m",
            "-Xmx256m",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false",
            "-Dio.netty.leakDetection.level=disabled");

    private Jvm() {}

    /** The command that runs a main class of this class path. */
    public static List<String> command(Class<?> main, String... arguments) {
        return command(List.of(), main, arguments);
    }

    /** The same with further flags, which override the usual ones. */
    public static List<String> command(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Tools.ofJdk("java")));
        command.addAll(FLAGS);
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Lets this process end together with its standard input, that is, with the harness that started it, however that
     * ended.
     */
    public static void endWithInput() {
        Thread.ofPlatform().daemon().name("end with the harness").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Only the end matters.
                }
            } catch (IOException e) {
                // As good as the end.
            }
            Runtime.getRuntime().halt(0);
        });
    }
}
