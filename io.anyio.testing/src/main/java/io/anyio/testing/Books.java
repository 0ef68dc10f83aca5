package io.anyio.testing;

import io.anyio.api.spi.TaskContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether everything is as before after a test: the loop's timers, waits and calls, and the sockets of the process,
 * where the operating system tells them.
 *
 * <p>The system property {@code anyio.books} opens them. They are for tests of the library itself, with one test at a
 * time.
 */
final class Books {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final boolean kept = Boolean.getBoolean("anyio.books");
    private List<String> atFirst = List.of();
    private final Set<String> before = kept ? Warm.sockets() : Set.of();

    /** What the JDK opens for ever at the first use of sockets is there before. */
    private static final class Warm {
        static {
            try (SocketChannel _ = SocketChannel.open();
                    ServerSocketChannel _ = ServerSocketChannel.open();
                    SocketChannel _ = SocketChannel.open(StandardProtocolFamily.UNIX);
                    DatagramChannel _ = DatagramChannel.open()) {
                before();
            } catch (IOException | UnsupportedOperationException e) {
                throw new IllegalStateException("There are no sockets here", e);
            }
        }

        private Warm() {}

        private static void before() {}

        static Set<String> sockets() {
            return Books.sockets();
        }
    }

    /** In the task, before set-up: scopes around the test may have timers. */
    void openLoop() {
        if (kept) {
            atFirst = TaskContext.current("Books").openBooks();
        }
    }

    /** In the task, when all others have ended. A worker may come back a little later than its task goes on. */
    void closeLoop(String test) {
        if (!kept) {
            return;
        }
        TaskContext task = TaskContext.current("Books");
        List<String> open = task.openBooks();
        for (long end = System.nanoTime() + PATIENCE.toNanos(); !atFirst.containsAll(open)
                && System.nanoTime() < end;) {
            task.yieldShielded();
            open = task.openBooks();
        }
        if (!atFirst.containsAll(open)) {
            throw new AssertionError(
                    "The loop is not as before the test " + test + ", it had " + atFirst + " and has " + open);
        }
    }

    /** On the test engine's thread, when the loop has ended. Sockets may be closed by others who are not yet done. */
    void closeProcess(String test) throws InterruptedException {
        Set<String> open = opened();
        for (long end = System.nanoTime() + PATIENCE.toNanos(); !open.isEmpty() && System.nanoTime() < end;) {
            Thread.sleep(10);
            open = opened();
        }
        if (!open.isEmpty()) {
            throw new AssertionError("The test " + test + " has left " + open.size() + " sockets open: " + open);
        }
    }

    private Set<String> opened() {
        Set<String> open = kept ? new TreeSet<>(sockets()) : Set.of();
        if (kept) {
            open.removeAll(before);
        }
        return open;
    }

    private static Set<String> sockets() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return Set.of();
        }
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.map(Books::target).filter(target -> target.startsWith("socket:")).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a descriptor leads; nowhere if it is closed meanwhile. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
