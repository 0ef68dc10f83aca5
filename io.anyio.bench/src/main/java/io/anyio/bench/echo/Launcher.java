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
import java.util.List;
import java.util.Optional;

/** Composes the commands of the servers; compiles the one in C at its first use. */
final class Launcher {
    private final Python python;
    private boolean isCompiled;

    Launcher(Python python) {
        this.python = python;
    }

    Launch prepare(ServerKind kind, EchoCase echoCase) throws IOException, InterruptedException {
        int bufferSize = echoCase.bufferSize();
        if (echoCase.tls()) {
            return switch (kind) {
                case OURS_CARRIER, OURS_POOL, NETTY_EPOLL, NETTY_NIO -> new Launch.Command(
                        Jvm.command(ServerMain.class, kind.toString(), String.valueOf(bufferSize),
                                Keys.store().toString()));
                case VIRTUAL_THREADS, C_EPOLL, ANYIO_UVLOOP, ANYIO_ASYNCIO -> new Launch.Missing("knows no TLS");
            };
        }
        return switch (kind.platform()) {
            case JVM -> new Launch.Command(Jvm.command(ServerMain.class, kind.toString(), String.valueOf(bufferSize)));
            case C -> c(bufferSize);
            case PYTHON -> python(kind, bufferSize);
        };
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
