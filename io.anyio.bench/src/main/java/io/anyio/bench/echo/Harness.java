package io.anyio.bench.echo;

import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.ServerKind;
import io.anyio.bench.process.Machine;
import io.anyio.bench.process.Pinning;
import io.anyio.bench.process.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every kind of run needs: the load generator, a way to start servers, and a folder for what is made on the way. */
public final class Harness implements AutoCloseable {
    private final Pinning pinning;
    private final Path folder;
    private final Launcher launcher;
    private final Load load;

    private Harness(Pinning pinning, Path folder, Launcher launcher, Load load) {
        this.pinning = pinning;
        this.folder = folder;
        this.launcher = launcher;
        this.load = load;
    }

    /** Starts the load generator. */
    public static Harness open(BenchOptions options) throws IOException, InterruptedException {
        Pinning pinning = Pinning.of(options.serverCpus(), options.clientCpus());
        Path folder = Files.createTempDirectory("anyio-bench");
        return new Harness(
                pinning, folder, new Launcher(folder, new Python(options.python())), Load.start(options.clientThreads(), pinning));
    }

    /** The facts of this machine. */
    public Machine machine() {
        return Machine.of(pinning);
    }

    Load load() {
        return load;
    }

    Path folder() {
        return folder;
    }

    /**
     * Starts the servers that can run here.
     *
     * @param missing is given the reason for each of the others
     */
    List<Server> start(List<ServerKind> kinds, EchoCase echoCase, Map<String, String> missing) throws IOException, InterruptedException {
        List<Server> servers = new ArrayList<>();
        for (ServerKind kind : kinds) {
            switch (launcher.prepare(kind, echoCase.bufferSize())) {
                case Launch.Missing(String reason) -> missing.put(kind.toString(), reason);
                case Launch.Command(List<String> words) -> {
                    try {
                        servers.add(Server.start(kind, words, pinning));
                    } catch (IOException e) {
                        missing.put(kind.toString(), "did not start: " + e.getMessage());
                    }
                }
            }
        }
        return servers;
    }

    @Override
    public void close() throws IOException {
        load.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
