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
    private static final int SETTLED_LOOKS = 20;

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

    /** Waits, for another process or thread, until all is as it was; fails with the difference. */
    void awaitSame() {
        await(() -> now().equals(this));
        assertEquals(this, now());
    }

    /**
     * What there is when no process is left and nothing has changed for a while: the JDK closes the pipes of a process
     * a little after its end.
     */
    static Trace settled() {
        Trace last = now();
        int same = 0;
        for (long end = endOfPatience(); same < SETTLED_LOOKS && System.nanoTime() < end;) {
            pause();
            Trace now = now();
            same = now.children.isEmpty() && now.equals(last) ? same + 1 : 0;
            last = now;
        }
        return last;
    }

    /** Waits until something is so that no task of this JVM brings about. */
    static void await(Supplier<Boolean> condition) {
        long end = endOfPatience();
        while (!condition.get() && System.nanoTime() < end) {
            pause();
        }
    }

    private static long endOfPatience() {
        return System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
