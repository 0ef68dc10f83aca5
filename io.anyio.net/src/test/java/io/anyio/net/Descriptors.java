package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.stream.AsyncResource;
import io.anyio.api.task.Body;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The descriptors of this process, where the operating system shows them. The JDK opens a few on the first use of a
 * feature and keeps them: warm up first.
 */
public final class Descriptors {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** The sockets of this process, each by a name of its own; none on a system that does not tell. */
    public static Set<String> sockets() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return Set.of();
        }
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.map(Descriptors::target).filter(target -> target.startsWith("socket:"))
                    .collect(Collectors.toSet());
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException _) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What opens a socket while it counts which descriptors are new. */
    public static <S extends AsyncResource> S counting(Set<String> opened, Body<S, IOException> open)
            throws IOException {
        Set<String> before = sockets();
        S socket = open.call();
        opened.addAll(sockets());
        opened.removeAll(before);
        assertEquals(Files.isDirectory(DESCRIPTORS), !opened.isEmpty());
        return socket;
    }

    public static void assertReleased(int round, Set<String> opened) throws IOException {
        Set<String> left = sockets();
        left.retainAll(opened);
        assertEquals(Set.of(), left, () -> "round " + round);
    }
}
