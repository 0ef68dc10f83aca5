package io.anyio.itest.life;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What this process has: threads of ours, sockets and pollers.
 *
 * @param threads the names of our threads
 * @param sockets how many descriptors are sockets
 * @param pollers how many descriptors are of epoll
 */
public record Books(List<String> threads, long sockets, long pollers) {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** What there is at this moment. */
    public static Books now() {
        List<String> threads = Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("anyio-")).sorted().toList();
        List<String> descriptors = descriptors();
        return new Books(threads, count(descriptors, "socket:"), count(descriptors, "anon_inode:[eventpoll]"));
    }

    /** Looks until no more is there than this. */
    public void awaitReturn() {
        await(Books::now, now -> threads.containsAll(now.threads) && now.sockets <= sockets && now.pollers <= pollers,
                "Nothing is left, as " + this);
    }

    /** Looks until it is as wanted: what a framework does on threads of its own is not to be waited for otherwise. */
    public static <T> T await(Supplier<T> look, Predicate<T> wanted, String what) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        T seen = look.get();
        while (!wanted.test(seen)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ", but it is " + seen);
            }
            LockSupport.parkNanos(2_000_000);
            seen = look.get();
        }
        return seen;
    }

    private static long count(List<String> descriptors, String kind) {
        return descriptors.stream().filter(descriptor -> descriptor.startsWith(kind)).count();
    }

    private static List<String> descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(Books::target).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
