package io.anyio.net.udp;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.UdpOptions;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.stream.AsyncResource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

/** UDP sockets on the loopback interface. */
final class Udp {
    private Udp() {}

    static UdpSocket open() throws IOException {
        return open(o -> o.localHost("127.0.0.1"));
    }

    static UdpSocket open(UnaryOperator<UdpOptions> options) throws IOException {
        return AnyIO.service(Network.class).createUdpSocket(options);
    }

    static ConnectedUdpSocket connect(UdpSocket other) throws IOException {
        return AnyIO.service(Network.class).createConnectedUdpSocket("127.0.0.1", other.localPort());
    }

    static InetSocketAddress address(UdpSocket socket) {
        return (InetSocketAddress) socket.attribute(SocketAttribute.LOCAL_ADDRESS);
    }

    static InetSocketAddress address(ConnectedUdpSocket socket) {
        return (InetSocketAddress) socket.attribute(SocketAttribute.LOCAL_ADDRESS);
    }

    /** A close on a thread that is none of the loop's. */
    static void closeElsewhere(AsyncResource resource) throws InterruptedException {
        Thread closer = Thread.ofPlatform().start(() -> {
            try {
                resource.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        closer.join();
    }
}
