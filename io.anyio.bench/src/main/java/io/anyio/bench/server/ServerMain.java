package io.anyio.bench.server;

import io.anyio.bench.process.Jvm;
import io.anyio.bench.process.Keys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;

/**
 * The process of an echo server on the JVM: {@code ServerMain <name> <buffer size> <loops> <steps> [<key store>]}.
 * Prints {@code port=<number>} when it listens, and ends together with its standard input.
 */
public final class ServerMain {
    private static final Map<String, EchoServer> SERVERS = Map.of(
            "ours-carrier", new OursServer("carrier"),
            "ours-carrier-1", new OursServer("carrier"),
            "ours-pool", new OursServer("pool"),
            "netty-epoll", NettyServer.nativeEpoll(),
            "netty-epoll-1", NettyServer.nativeEpoll(),
            "netty-nio", NettyServer.nio(),
            "virtual-threads", new VirtualThreadServer());

    private ServerMain() {}

    /** Runs the named server. */
    public static void main(String[] args) throws IOException, InterruptedException {
        EchoServer server = server(args[0]);
        Jvm.endWithInput();
        SSLContext tls = args.length > 4 ? Keys.server(Path.of(args[4])) : null;
        server.serve(new EchoServer.Service(Integer.parseInt(args[1]), tls, Integer.parseInt(args[2]),
                Integer.parseInt(args[3])), port -> System.out.println("port=" + port));
    }

    /**
     * Serves plain connections on one loop until the process ends.
     *
     * @param listening given the port as soon as connections are welcome
     */
    public static void serve(String name, int bufferSize, IntConsumer listening)
            throws IOException, InterruptedException {
        server(name).serve(new EchoServer.Service(bufferSize, null, 1, 0), listening);
    }

    private static EchoServer server(String name) {
        EchoServer server = SERVERS.get(name);
        if (server == null) {
            throw new IllegalArgumentException("No server '" + name + "' among " + SERVERS.keySet());
        }
        return server;
    }
}
