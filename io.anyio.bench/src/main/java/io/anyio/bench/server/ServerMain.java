package io.anyio.bench.server;

import io.anyio.bench.option.EchoCase;
import io.anyio.bench.process.Jvm;
import io.anyio.bench.process.Keys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * The process of an echo server on the JVM: {@code ServerMain <name> <case> <loops> <steps> <UNIX socket> [<key
 * store>]}. Prints {@code address=<port or path>} when it listens, and ends together with its standard input.
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
        SSLContext tls = args.length > 5 ? Keys.server(Path.of(args[5])) : null;
        server.serve(new EchoServer.Service(EchoCase.parse(args[1]), args[4], tls, Integer.parseInt(args[2]),
                Integer.parseInt(args[3])), address -> System.out.println("address=" + address));
    }

    /**
     * Serves plain connections on one loop until the process ends.
     *
     * @param listening given the port as soon as connections are welcome
     */
    public static void serve(String name, EchoCase load, Consumer<String> listening)
            throws IOException, InterruptedException {
        server(name).serve(new EchoServer.Service(load, "", null, 1, 0), listening);
    }

    private static EchoServer server(String name) {
        EchoServer server = SERVERS.get(name);
        if (server == null) {
            throw new IllegalArgumentException("No server '" + name + "' among " + SERVERS.keySet());
        }
        return server;
    }
}
