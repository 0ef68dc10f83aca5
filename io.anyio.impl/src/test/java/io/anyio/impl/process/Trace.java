package io.anyio.impl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What processes leave behind in this JVM: children, zombies too, descriptors, and threads.
 *
 * @param children the ids of all child processes that have not been waited for
 * @param descriptors how many files and pipes are open
 * @param threads the names of the platform threads that pump or start
 */
record Trace(Set<Long> children, long descriptors, Set<String> threads) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final long PATIENCE_MILLIS = 5000;

    static Trace now() {
        return new Trace(findChildren(), countDescriptors(), findThreads());
    }

    private static Set<Long> findChildren() {
        try (Stream<ProcessHandle> all = ProcessHandle.current().children()) {
            return all.map(ProcessHandle::pid).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static long countDescriptors() {
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> findThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("anyio-pump") || name.startsWith("anyio-fifo")
                        || name.startsWith("start of"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Waits, for another process or thread, until all is as it was; fails with the difference. Fewer descriptors are no
     * difference: the JVM may close one that an earlier test left to it.
     */
    void awaitSame() {
        await(() -> nowNoLess().equals(this));
        assertEquals(this, nowNoLess());
    }

    private Trace nowNoLess() {
        Trace now = now();
        return new Trace(now.children, Math.max(now.descriptors, descriptors), now.threads);
    }

    /** Waits until something is so that no task of this JVM brings about. */
    static void await(Supplier<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (!condition.get() && System.nanoTime() < end) {
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
