package io.anyio.bench.echo;

import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.EchoCase.Transport;
import io.anyio.bench.option.ServerKind;
import io.anyio.bench.process.Jvm;
import io.anyio.bench.process.Keys;
import io.anyio.bench.process.Python;
import io.anyio.bench.process.Tools;
import io.anyio.bench.server.ServerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Composes the commands of the servers; compiles those in C at their first use. */
final class Launcher {
    private final Python python;
    private final int loops;
    private final int steps;
    private final Set<String> compiled = new HashSet<>();

    Launcher(Python python, int loops, int steps) {
        this.python = python;
        this.loops = loops;
        this.steps = steps;
    }

    Launch prepare(ServerKind kind, EchoCase load) throws IOException, InterruptedException {
        return switch (kind) {
            case OURS_CARRIER, OURS_CARRIER_1, OURS_POOL, NETTY_EPOLL, NETTY_EPOLL_1, NETTY_NIO -> jvm(kind, load);
            case VIRTUAL_THREADS -> load.isPlain() ? jvm(kind, load) : new Launch.Missing("only echoes over TCP");
            case C_EPOLL -> steps == 0 ? c(kind, load) : new Launch.Missing("computes nothing");
            case ANYIO_UVLOOP, ANYIO_ASYNCIO -> {
                if (!load.isPlain()) {
                    yield new Launch.Missing("only echoes over TCP");
                }
                yield steps == 0 ? python(kind, load.bufferSize()) : new Launch.Missing("computes nothing");
            }
        };
    }

    private Launch jvm(ServerKind kind, EchoCase load) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(kind.toString(), load.text(),
                String.valueOf(kind.isSingle() ? 1 : loops), String.valueOf(steps), Tools.socket(kind.toString())));
        if (load.tls()) {
            arguments.add(Keys.store().toString());
        }
        return new Launch.Command(Jvm.command(ServerMain.class, arguments.toArray(String[]::new)));
    }

    private Launch c(ServerKind kind, EchoCase load) throws IOException, InterruptedException {
        if (load.tls() || load.timeout() > 0) {
            return new Launch.Missing("knows no TLS and no timeouts");
        }
        String name = load.transport() == Transport.UDP ? "udp_echo" : "epoll_echo";
        Path program = Tools.folder().resolve(name);
        if (!compiled.contains(name)) {
            if (Tools.find("gcc").isEmpty()) {
                return new Launch.Missing("no gcc on the search path");
            }
            Path source = Tools.unpack(name + ".c");
            Tools.Outcome outcome = Tools.run(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
            if (!outcome.isSuccess()) {
                return new Launch.Missing("gcc failed: " + outcome.lastLine());
            }
            compiled.add(name);
        }
        List<String> command = new ArrayList<>(List.of(program.toString(), String.valueOf(load.bufferSize()),
                load.flow().name().toLowerCase(Locale.ROOT)));
        if (load.transport() == Transport.UNIX) {
            command.add(Tools.socket(kind.toString()));
        }
        return new Launch.Command(command);
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
