package io.anyio.impl.loop;

import io.anyio.api.AnyIO;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/**
 * Run by {@link SubPollerCaptureTest} in a JVM of its own: the first blocking socket call of that JVM is made in a
 * task.
 */
final class SubPollerCapture {
    private SubPollerCapture() {}

    public static void main(String[] args) throws Exception {
        AnyIO.run(SubPollerCapture::exchange, o -> o.backend(args[0]));
        Thread later = Thread.ofVirtual().start(() -> {
            try {
                exchange();
                System.out.println("exchanged after the end of the loop");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        System.exit(later.join(Duration.ofSeconds(5)) ? 0 : 1);
    }

    /** Sends a byte through blocking sockets; one end waits before the other one writes. */
    private static void exchange() throws IOException, InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread client = Thread.startVirtualThread(() -> {
                try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    if (socket.getInputStream().read() != 7) {
                        throw new AssertionError("another byte");
                    }
                    socket.getOutputStream().write(8);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            try (Socket socket = server.accept()) {
                Thread.sleep(20);
                socket.getOutputStream().write(7);
                if (socket.getInputStream().read() != 8) {
                    throw new AssertionError("another byte");
                }
            }
            client.join();
        }
    }
}
