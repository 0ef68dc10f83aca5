package io.anyio.itest.life;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for tests that name them. */
public final class Ports {
    private Ports() {}

    /** One that nobody has, below the range from which the system takes ports by itself. */
    public static int free() throws IOException {
        for (int candidate = 20_000 + (int) (System.nanoTime() % 10_000);; candidate++) {
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
