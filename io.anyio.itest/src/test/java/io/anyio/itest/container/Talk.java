package io.anyio.itest.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.SocketFactory;

/** Talks to what listens on a port of this machine. */
final class Talk {
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private Talk() {}

    /** Waits until somebody listens, as long as the container lives. */
    static void awaitOpen(int port, ContainerProcess container, Supplier<String> log) throws InterruptedException {
        await(() -> isOpen(port) || !container.isAlive(), () -> "Nobody listens on port " + port + ": " + log.get());
        assertTrue(container.isAlive(), () -> "The container has ended: " + log.get());
    }

    /** Waits until nobody listens. */
    static void awaitClosed(int port) throws InterruptedException {
        await(() -> !isOpen(port), () -> "Somebody listens on port " + port);
    }

    /** Another process: there is nothing to wait for but what it does. */
    static void await(BooleanSupplier reached, Supplier<String> failure) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, failure);
            Thread.sleep(LOOK_EVERY);
        }
    }

    static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a line to an echo server, and asserts that it comes back. */
    static void assertEchoes(int port, SocketFactory sockets) throws IOException {
        try (Socket socket = sockets.createSocket("localhost", port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            byte[] hello = "hello".getBytes(UTF_8);
            socket.getOutputStream().write(hello);
            assertEquals("hello", new String(socket.getInputStream().readNBytes(hello.length), UTF_8));
        }
    }
}
