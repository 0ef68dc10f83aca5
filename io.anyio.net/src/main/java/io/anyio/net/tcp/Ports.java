package io.anyio.net.tcp;

/** Port numbers. */
final class Ports {
    private static final int MAX = 65535;

    private Ports() {}

    static void check(int port) {
        if (port < 0 || port > MAX) {
            throw new IllegalArgumentException("Port " + port + " is outside 0.." + MAX);
        }
    }
}
