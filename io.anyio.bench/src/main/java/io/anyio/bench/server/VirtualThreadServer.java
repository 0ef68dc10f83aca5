package io.anyio.bench.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** Blocking channels, one virtual thread for each connection: what the JDK gives without any library. */
final class VirtualThreadServer implements EchoServer {
    @Override
    public void serve(Service service, Consumer<String> listening) throws IOException, InterruptedException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
            listening.accept(String.valueOf(((InetSocketAddress) server.getLocalAddress()).getPort()));
            while (true) {
                SocketChannel channel = server.accept();
                Thread.startVirtualThread(() -> echo(channel, service));
            }
        }
    }

    private static void echo(SocketChannel channel, Service service) {
        try (channel) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer buffer = ByteBuffer.allocateDirect(service.load().bufferSize());
            while (channel.read(buffer) >= 0) {
                service.compute();
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            System.err.println("Connection failed: " + e);
        }
    }
}
