package io.anyio.bench.option;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The options of a run, from the properties whose names start with {@code bench}. {@link #HELP} describes them; a name
 * that is not among them is an error, so that a typo does not go unnoticed.
 */
public record BenchOptions(
        String work,
        List<ServerKind> servers,
        List<EchoCase> cases,
        ServerKind baseline,
        double warmup,
        double settle,
        double seconds,
        int rounds,
        boolean check,
        boolean strace,
        boolean record,
        int idleConnections,
        int sleepers,
        double sleepSeconds,
        int clientThreads,
        int loops,
        int steps,
        String serverCpus,
        String clientCpus,
        String python,
        String jmhInclude,
        Path output,
        Map<String, String> given) {

    /** What {@code -Dbench=help} prints. */
    public static final String HELP = """
            mvn -q -Pbench package [-Dbench=...] [-Dbench.<option>=<value> ...]

              bench                what to run: all (default: echo, then jmh), echo, jmh, idle, sleep, file,
                                   processes, start, guard, help, none
              bench.servers        which servers, in this order; default all:
                                   ours-carrier,ours-pool,netty-epoll,netty-nio,virtual-threads,c-epoll,
                                   anyio-uvloop,anyio-asyncio; also ours-carrier-1, netty-epoll-1
              bench.cases          [<word>:...]<connections>x<bytes> of a message, a list;
                                   default 100x64,1000x64,100x16k. The words:
                                     tls, unix, udp  how the bytes travel, if not over TCP; with udp a connection
                                                     is a socket with one datagram under way
                                     up, down        bulk in one direction: the server discards it, or sends it
                                     burst=32        so many messages at once, each of which the server answers;
                                                     a request is all of them
                                     rate=1000       so many requests in a second, answered or not; the latency
                                                     counts from the moment at which one should be sent;
                                                     rate=half: half of what the slowest server reaches
                                     idle=10000      so many further connections, which are silent
                                     timeout=60      the server ends a connection that was idle for these seconds
              bench.connections    connections of one case of your own; default 100
              bench.size           bytes in a message of that case; default 64
              bench.baseline       the server whose requests/s are 1.00; default netty-epoll
              bench.warmup         seconds of load after a server's start, before the first round,
                                   and of sleeps before bench=sleep; default 3
              bench.settle         seconds of load at the start of each round that do not count; default 0.2
              bench.seconds        measured seconds of a round; default 1
              bench.rounds         rounds; in each, every server has its turn; default 5
              bench.check          true: compare the content of each echo, not only its length; default false
              bench.strace         true: count system calls for each response instead of measuring time; default false
              bench.record         true: bench=guard writes io.anyio.bench/guard.tsv instead of comparing with it;
                                   default false
              bench.idle           idle connections for bench=idle; default 1000
              bench.sleepers       tasks that sleep at once for bench=sleep; 4 kB of heap for each; default 1000000
              bench.sleep.seconds  how long they sleep; default 10
              bench.client.threads threads of the load generator;
                                   more only make sense on more than two processors; default 1
              bench.loops          loops of the servers of ours and Netty's, but for those whose name ends with -1;
                                   default 1
              bench.steps          steps of computation for each message, some ten in a nanosecond; default 0
              bench.server.cpus    processors of the servers, as taskset wants them; default 0
              bench.client.cpus    processors of the load generator; default 1
              bench.python         the interpreter that has anyio and uvloop;
                                   default: the first of python3, /usr/bin/python3 that has
              bench.jmh            regular expression of the JMH benchmarks to run; default all
              bench.output         the JSON file, a path from io.anyio.bench/target; default bench.json
            """;

    private static final String CASES = "100x64,1000x64,100x16k";

    private static final String GUARDED = "ours-carrier,ours-pool,netty-epoll";

    private static final String GUARDED_CASES = CASES + ",tls:100x64,tls:100x16k";

    private static final Set<String> NAMES = HELP.lines()
            .map(String::strip)
            .map(line -> line.split(" ")[0])
            .filter(word -> word.equals("bench") || word.startsWith("bench."))
            .collect(Collectors.toUnmodifiableSet());

    /** Reads the options; a property that is empty counts as not given. */
    public static BenchOptions of(Properties properties) {
        Map<String, String> given = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.equals("bench") || name.startsWith("bench.")) {
                if (!NAMES.contains(name)) {
                    throw new IllegalArgumentException("No option '" + name + "'; see -Dbench=help");
                }
                if (!properties.getProperty(name).isBlank()) {
                    given.put(name, properties.getProperty(name).strip());
                }
            }
        }
        boolean ownCase = given.containsKey("bench.connections") || given.containsKey("bench.size");
        if (ownCase && given.containsKey("bench.cases")) {
            throw new IllegalArgumentException("bench.cases and bench.connections or bench.size exclude each other");
        }
        String oneCase = given.getOrDefault("bench.connections", "100") + "x" + given.getOrDefault("bench.size", "64");
        boolean guard = "guard".equals(given.get("bench"));
        String allServers = Arrays.stream(ServerKind.values()).filter(kind -> !kind.isSingle())
                .map(ServerKind::toString).collect(Collectors.joining(","));
        return new BenchOptions(
                given.getOrDefault("bench", "all"),
                list(given.getOrDefault("bench.servers", guard ? GUARDED : allServers), ServerKind::parse),
                list(ownCase ? oneCase : given.getOrDefault("bench.cases", guard ? GUARDED_CASES : CASES),
                        EchoCase::parse),
                ServerKind.parse(given.getOrDefault("bench.baseline", "netty-epoll")),
                number(given, "bench.warmup", "3", 0),
                number(given, "bench.settle", "0.2", 0),
                number(given, "bench.seconds", "1", 0),
                (int) number(given, "bench.rounds", "5", 1),
                Boolean.parseBoolean(given.get("bench.check")),
                Boolean.parseBoolean(given.get("bench.strace")),
                Boolean.parseBoolean(given.get("bench.record")),
                (int) number(given, "bench.idle", "1000", 1),
                (int) number(given, "bench.sleepers", "1000000", 1),
                number(given, "bench.sleep.seconds", "10", 0.001),
                (int) number(given, "bench.client.threads", "1", 1),
                (int) number(given, "bench.loops", "1", 1),
                (int) number(given, "bench.steps", "0", 0),
                given.getOrDefault("bench.server.cpus", "0"),
                given.getOrDefault("bench.client.cpus", "1"),
                given.getOrDefault("bench.python", ""),
                given.getOrDefault("bench.jmh", ".*"),
                Path.of(given.getOrDefault("bench.output", "bench.json")),
                Map.copyOf(given));
    }

    /** The command that repeats this run. */
    public String command() {
        return "mvn -q -Pbench package"
                + new TreeMap<>(given).entrySet().stream()
                        .map(option -> " -D" + option.getKey() + "=" + option.getValue())
                        .collect(Collectors.joining());
    }

    private static <T> List<T> list(String text, Function<String, T> parse) {
        return Arrays.stream(text.split(",")).map(String::strip).map(parse).toList();
    }

    private static double number(Map<String, String> given, String name, String otherwise, double least) {
        String text = given.getOrDefault(name, otherwise);
        try {
            double value = Double.parseDouble(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, as is a number that is too small.
        }
        throw new IllegalArgumentException(name + " is '" + text + "'; a number of at least " + least + " is needed");
    }
}
