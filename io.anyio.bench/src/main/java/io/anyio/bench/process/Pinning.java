package io.anyio.bench.process;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps server and load generator on processors of their own, with {@code taskset} where there is one and more than one
 * processor.
 */
public final class Pinning {
    /** Who is pinned. */
    public enum Role {
        /** An echo server. */
        SERVER,
        /** The load generator. */
        CLIENT
    }

    private final boolean possible;
    private final String serverCpus;
    private final String clientCpus;

    private Pinning(boolean possible, String serverCpus, String clientCpus) {
        this.possible = possible;
        this.serverCpus = serverCpus;
        this.clientCpus = clientCpus;
    }

    /** Tries whether pinning to these processors, in taskset's notation ({@code 0}, {@code 2-3}), works here. */
    public static Pinning of(String serverCpus, String clientCpus) throws InterruptedException {
        boolean possible = Runtime.getRuntime().availableProcessors() > 1
                && Tools.works("taskset", "-c", serverCpus, "true")
                && Tools.works("taskset", "-c", clientCpus, "true");
        return new Pinning(possible, serverCpus, clientCpus);
    }

    /** The command that runs {@code command} in its place. */
    public List<String> pin(Role role, List<String> command) {
        if (!possible) {
            return command;
        }
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpus(role)));
        pinned.addAll(command);
        return pinned;
    }

    /** Where this role runs, in words. */
    public String describe(Role role) {
        return possible ? "pinned to cpu " + cpus(role) : "not pinned";
    }

    private String cpus(Role role) {
        return switch (role) {
            case SERVER -> serverCpus;
            case CLIENT -> clientCpus;
        };
    }
}
