package io.anyio.bench.server;

import java.io.IOException;
import java.util.function.IntConsumer;

/** A TCP echo server on a free port of the loopback address, with TCP_NODELAY on its connections. */
@FunctionalInterface
interface EchoServer {
    /**
     * Serves until the process ends.
     *
     * @param bufferSize how many bytes one read may take; the same for all servers
     * @param listening given the port as soon as connections are welcome
     */
    void serve(int bufferSize, IntConsumer listening) throws IOException, InterruptedException;
}
