package io.anyio.itest.life;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports for tests that name them. */
public final class Ports {
    private static final AtomicInteger NEXT = new AtomicInteger(20_000 + (int) (System.nanoTime() % 10_000));

    private Ports() {}

    /** One that nobody has, below the range from which the system takes ports by itself; another one each time. */
    public static int free() throws IOException {
        while (true) {
            int candidate = NEXT.getAndIncrement();
            try (ServerSocket _ = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return candidate;
            } catch (IOException e) {
                if (candidate > 32_000) {
                    throw e;
                }
            }
        }
    }
}
