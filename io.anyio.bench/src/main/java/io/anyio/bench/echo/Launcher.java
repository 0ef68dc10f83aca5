package io.anyio.bench.echo;

import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.ServerKind;
import io.anyio.bench.process.Jvm;
import io.anyio.bench.process.Keys;
import io.anyio.bench.process.Python;
import io.anyio.bench.process.Tools;
import io.anyio.bench.server.ServerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Composes the commands of the servers; compiles the one in C at its first use. */
final class Launcher {
    private final Python python;
    private final int loops;
    private final int steps;
    private boolean isCompiled;

    Launcher(Python python, int loops, int steps) {
        this.python = python;
        this.loops = loops;
        this.steps = steps;
    }

    Launch prepare(ServerKind kind, EchoCase echoCase) throws IOException, InterruptedException {
        int bufferSize = echoCase.bufferSize();
        if (echoCase.tls()) {
            return switch (kind) {
                case OURS_CARRIER, OURS_CARRIER_1, OURS_POOL, NETTY_EPOLL, NETTY_EPOLL_1, NETTY_NIO -> jvm(kind,
                        bufferSize, Keys.store().toString());
                case VIRTUAL_THREADS, C_EPOLL, ANYIO_UVLOOP, ANYIO_ASYNCIO -> new Launch.Missing("knows no TLS");
            };
        }
        return switch (kind.platform()) {
            case JVM -> jvm(kind, bufferSize);
            case C -> steps == 0 ? c(bufferSize) : new Launch.Missing("computes nothing");
            case PYTHON -> steps == 0 ? python(kind, bufferSize) : new Launch.Missing("computes nothing");
        };
    }

    private Launch jvm(ServerKind kind, int bufferSize, String... keys) {
        List<String> arguments = new ArrayList<>(List.of(kind.toString(), String.valueOf(bufferSize),
                String.valueOf(kind.isSingle() ? 1 : loops), String.valueOf(steps)));
        arguments.addAll(List.of(keys));
        return new Launch.Command(Jvm.command(ServerMain.class, arguments.toArray(String[]::new)));
    }

    private Launch c(int bufferSize) throws IOException, InterruptedException {
        Path program = Tools.folder().resolve("epoll_echo");
        if (!isCompiled) {
            if (Tools.find("gcc").isEmpty()) {
                return new Launch.Missing("no gcc on the search path");
            }
            Path source = Tools.unpack("epoll_echo.c");
            Tools.Outcome outcome = Tools.run(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
            if (!outcome.isSuccess()) {
                return new Launch.Missing("gcc failed: " + outcome.lastLine());
            }
            isCompiled = true;
        }
        return new Launch.Command(List.of(program.toString(), String.valueOf(bufferSize)));
    }

    private Launch python(ServerKind kind, int bufferSize) throws IOException, InterruptedException {
        boolean uvloop = kind == ServerKind.ANYIO_UVLOOP;
        Optional<String> interpreter = python.with(uvloop ? List.of("anyio", "uvloop") : List.of("anyio"));
        if (interpreter.isEmpty()) {
            return new Launch.Missing(python.advice());
        }
        Path script = Tools.unpack("anyio_echo.py");
        String loop = uvloop ? "uvloop" : "asyncio";
        return new Launch.Command(List.of(interpreter.get(), script.toString(), loop, String.valueOf(bufferSize)));
    }
}
