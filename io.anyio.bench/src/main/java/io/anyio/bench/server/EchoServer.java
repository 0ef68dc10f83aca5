package io.anyio.bench.server;

import io.anyio.bench.option.EchoCase;
import java.io.IOException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A server of echoes or bulk, on a free port of the loopback address or on a UNIX socket, with TCP_NODELAY on its
 * connections over TCP.
 */
@FunctionalInterface
interface EchoServer {
    /**
     * What all servers do alike.
     *
     * @param load what is coming
     * @param socket the path of a UNIX socket
     * @param tls encrypts the connections; null for not at all
     * @param loops how many loops serve them
     * @param steps how much is computed for each read
     */
    record Service(EchoCase load, String socket, @Nullable SSLContext tls, int loops, int steps) {
        /** Computes something; each step needs the one before. */
        void compute() {
            long value = steps;
            for (int i = 0; i < steps; i++) {
                value = value * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            }
            if (value == 42) {
                System.err.println("The result is used, so that it is computed");
            }
        }
    }

    /**
     * Serves until the process ends.
     *
     * @param service what it does
     * @param listening given the port, or the path, as soon as connections are welcome
     */
    void serve(Service service, Consumer<String> listening) throws IOException, InterruptedException;
}
