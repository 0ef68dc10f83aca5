package io.anyio.net;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.Random;

/** The two ends of a connection over the loopback interface. */
public record Pair(SocketStream client, SocketStream server) implements AutoCloseable {
    /** More than the buffers of both sockets hold. */
    public static final int FLOOD = 24 << 20;

    public static Pair open() throws IOException {
        try (SocketListener listener = listen()) {
            SocketStream client = AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort());
            return new Pair(client, listener.accept());
        }
    }

    public static SocketListener listen() throws IOException {
        return AnyIO.service(Listeners.class).tcp(0, options -> options.host("127.0.0.1"));
    }

    public static SocketStream connect(SocketListener listener) throws IOException {
        return AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort());
    }

    /** Closes a connection so that the other side sees a reset. */
    public static void reset(SocketStream stream) throws IOException {
        stream.attribute(SocketAttribute.RAW_SOCKET).setOption(StandardSocketOptions.SO_LINGER, 0);
        stream.close();
    }

    public static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    /** Receives until the end of the stream. */
    public static int drain(SocketStream stream) {
        int count = 0;
        for (byte[] chunk : stream) {
            count += chunk.length;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
