package io.anyio.bench.option;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The echo servers that are compared. */
public enum ServerKind {
    /** Ours, on the loop that carries its own virtual threads. */
    OURS_CARRIER("ours-carrier", Platform.JVM),
    /** The same on one loop, whatever {@code bench.loops} says. */
    OURS_CARRIER_1("ours-carrier-1", Platform.JVM),
    /** Ours, on the JDK's pool of virtual threads. */
    OURS_POOL("ours-pool", Platform.JVM),
    /** Netty on its native transport. */
    NETTY_EPOLL("netty-epoll", Platform.JVM),
    /** The same with one event loop, whatever {@code bench.loops} says. */
    NETTY_EPOLL_1("netty-epoll-1", Platform.JVM),
    /** Netty on the JDK's selector. */
    NETTY_NIO("netty-nio", Platform.JVM),
    /** Blocking channels on virtual threads. */
    VIRTUAL_THREADS("virtual-threads", Platform.JVM),
    /** An epoll loop in C. */
    C_EPOLL("c-epoll", Platform.C),
    /** Python's AnyIO on uvloop. */
    ANYIO_UVLOOP("anyio-uvloop", Platform.PYTHON),
    /** Python's AnyIO on asyncio. */
    ANYIO_ASYNCIO("anyio-asyncio", Platform.PYTHON);

    /** What a server runs on. */
    public enum Platform {
        /** The JVM, all with the same flags. */
        JVM,
        /** A program that gcc makes. */
        C,
        /** A Python interpreter. */
        PYTHON
    }

    private final String label;
    private final Platform platform;

    ServerKind(String label, Platform platform) {
        this.label = label;
        this.platform = platform;
    }

    /** Whether it serves on one loop even if others have several. */
    public boolean isSingle() {
        return this == OURS_CARRIER_1 || this == NETTY_EPOLL_1;
    }

    /** What it runs on. */
    public Platform platform() {
        return platform;
    }

    /** The server of this name. */
    public static ServerKind parse(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No server '" + label + "' among "
                        + Arrays.stream(values()).map(ServerKind::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return label;
    }
}
