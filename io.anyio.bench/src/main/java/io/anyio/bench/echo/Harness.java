package io.anyio.bench.echo;

import io.anyio.bench.option.BenchOptions;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.ServerKind;
import io.anyio.bench.process.Pinning;
import io.anyio.bench.process.Python;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every kind of run needs: the load generator, and a way to start servers. */
public final class Harness implements AutoCloseable {
    private final Pinning pinning;
    private final Launcher launcher;
    private final Load load;

    private Harness(Pinning pinning, Launcher launcher, Load load) {
        this.pinning = pinning;
        this.launcher = launcher;
        this.load = load;
    }

    /** Starts the load generator. */
    public static Harness open(BenchOptions options, Pinning pinning) throws IOException {
        return new Harness(pinning, new Launcher(new Python(options.python()), options.loops(), options.steps()),
                Load.start(options.clientThreads(), pinning));
    }

    Load load() {
        return load;
    }

    /**
     * Starts the servers that can run here.
     *
     * @param missing is given the reason for each of the others
     */
    List<Server> start(List<ServerKind> kinds, EchoCase echoCase, Map<String, String> missing)
            throws IOException, InterruptedException {
        List<Server> servers = new ArrayList<>();
        for (ServerKind kind : kinds) {
            switch (launcher.prepare(kind, echoCase)) {
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
    }
}
