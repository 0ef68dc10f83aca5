package io.anyio.bench.server;

import java.io.IOException;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A TCP echo server on a free port of the loopback address, with TCP_NODELAY on its connections. */
@FunctionalInterface
interface EchoServer {
    /**
     * Serves until the process ends.
     *
     * @param bufferSize how many bytes one read may take; the same for all servers
     * @param tls encrypts the connections; null for not at all
     * @param listening given the port as soon as connections are welcome
     */
    void serve(int bufferSize, @Nullable SSLContext tls, IntConsumer listening)
            throws IOException, InterruptedException;
}
