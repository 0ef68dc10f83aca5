package io.anyio.impl.poll;

import java.util.List;

/** Chooses the poller of loops that can use Linux' epoll directly. */
public final class Pollers {
    private static final String PROPERTY = "anyio.poller";
    private static final String EPOLL_UNAVAILABLE = problem();

    private Pollers() {}

    /**
     * Why channels are polled by the JDK's selector and not by Linux' epoll.
     *
     * @return the reason, empty if epoll is used
     */
    public static String epollUnavailable() {
        return EPOLL_UNAVAILABLE;
    }

    /**
     * Makes the best available poller, for a loop whose tasks run on its own thread.
     *
     * @return a new poller
     */
    public static Poller newPoller() {
        return EPOLL_UNAVAILABLE.isEmpty() ? new EpollPoller() : new SelectorPoller();
    }

    private static String problem() {
        String wanted = System.getProperty(PROPERTY, "");
        if (!wanted.isEmpty()) {
            return "the system property " + PROPERTY + (wanted.equals("selector")
                    ? " says so"
                    : " is '" + wanted + "': it may be 'selector', or not be there");
        }
        if (!System.getProperty("os.name").equals("Linux")
                || !List.of("amd64", "aarch64").contains(System.getProperty("os.arch"))) {
            return "the system is not Linux on amd64 or aarch64";
        }
        if (!Pollers.class.getModule().isNativeAccessEnabled()) {
            return "the JVM was started without --enable-native-access=ALL-UNNAMED";
        }
        if (!Descriptors.unavailable().isEmpty()) {
            return Descriptors.unavailable();
        }
        try {
            new EpollPoller().close(null);
            return "";
        } catch (RuntimeException | LinkageError e) {
            return "the C library cannot be called: " + e;
        }
    }
}
