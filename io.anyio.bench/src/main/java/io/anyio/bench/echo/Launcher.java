package io.anyio.bench.echo;

import io.anyio.bench.option.ServerKind;
import io.anyio.bench.process.Python;
import io.anyio.bench.process.Tools;
import io.anyio.bench.server.ServerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Composes the commands of the servers; compiles the one in C at its first use. */
final class Launcher {
    /** The same heap, collector and permissions for every JVM; the last three lines give Netty its fastest buffers on a new JDK. */
    static final List<String> JVM_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xms256m",
            "-Xmx256m",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false",
            "-Dio.netty.leakDetection.level=disabled");

    private final Path folder;
    private final Python python;

    Launcher(Path folder, Python python) {
        this.folder = folder;
        this.python = python;
    }

    Launch prepare(ServerKind kind, int bufferSize) throws IOException, InterruptedException {
        return switch (kind.platform()) {
            case JVM -> new Launch.Command(jvm(ServerMain.class, kind.toString(), String.valueOf(bufferSize)));
            case C -> c(bufferSize);
            case PYTHON -> python(kind, bufferSize);
        };
    }

    /** The command that runs a main class of this module. */
    static List<String> jvm(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Tools.ofJdk("java")));
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Launch c(int bufferSize) throws IOException, InterruptedException {
        Path program = folder.resolve("epoll_echo");
        if (!Files.exists(program)) {
            if (Tools.find("gcc").isEmpty()) {
                return new Launch.Missing("no gcc on the search path");
            }
            Path source = Tools.unpack("epoll_echo.c", folder);
            Tools.Outcome outcome = Tools.run(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
            if (!outcome.isSuccess()) {
                return new Launch.Missing("gcc failed: " + outcome.lastLine());
            }
        }
        return new Launch.Command(List.of(program.toString(), String.valueOf(bufferSize)));
    }

    private Launch python(ServerKind kind, int bufferSize) throws IOException, InterruptedException {
        boolean uvloop = kind == ServerKind.ANYIO_UVLOOP;
        Optional<String> interpreter = python.with(uvloop ? List.of("anyio", "uvloop") : List.of("anyio"));
        if (interpreter.isEmpty()) {
            return new Launch.Missing(python.advice());
        }
        Path script = Tools.unpack("anyio_echo.py", folder);
        String loop = uvloop ? "uvloop" : "asyncio";
        return new Launch.Command(List.of(interpreter.get(), script.toString(), loop, String.valueOf(bufferSize)));
    }
}
