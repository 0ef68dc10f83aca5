package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.NetServices;
import io.anyio.testing.VirtualClock;
import io.anyio.tls.TlsService;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * No lock of the JDK is held over a wait of ours. On {@code pool} a task that blocks in a monitor keeps the baton,
 * which whoever has the monitor needs to go on; and a class initializer cannot wait at all.
 */
class MonitorsTest {
    private static final Set<String> WAITS = Set.of("Waiter.await", "Loop.suspend", "PoolLoop.yieldNow",
            "CarrierLoop.yieldNow", "Awaiting.until");

    /**
     * They call what never waits: jobs of a loop; those who watch a loop's end, which a loop that is just opened has
     * not; what wakes a loop; what ends a task that could not be started.
     */
    private static final Set<String> HARMLESS = Set.of("Loop.runInLoop", "SafeCalls.run", "LoopEnd.observe",
            "VirtualClock.quiet", "Task.notStarted");

    @Test
    void noneIsHeldOverAWait() throws Exception {
        CallGraph graph = house();
        assertEquals(List.of(), graph.waysUnderLockTo(WAITS, HARMLESS));
        assertEquals(Set.of(), graph.missing(WAITS), "waits that are not there");
        assertEquals(Set.of(), graph.missing(HARMLESS), "exceptions for methods that are not there");
    }

    @Test
    void whereOneIsHeldTheWayIsFound() throws Exception {
        CallGraph graph = house();
        for (Class<?> fixture : List.of(Faulty.class, Waits.class)) {
            graph.read(bytesOf(fixture));
        }
        List<String> holders = new ArrayList<>();
        graph.waysUnderLockTo(WAITS, HARMLESS).forEach(way -> holders.add(way.substring(0, way.indexOf(' '))));
        String faulty = Faulty.class.getName().substring(Faulty.class.getPackageName().length() + 1);
        assertEquals(Set.of(faulty + ".method", faulty + ".block", faulty + ".inALambda", faulty + ".inAMap"),
                Set.copyOf(holders));
    }

    private static byte[] bytesOf(Class<?> type) throws IOException {
        try (InputStream stream = type
                .getResourceAsStream(type.getName().substring(type.getPackageName().length() + 1) + ".class")) {
            return stream.readAllBytes();
        }
    }

    private static CallGraph house() throws Exception {
        return CallGraph
                .of(List.of(AnyIO.class, LoopRuntime.class, NetServices.class, TlsService.class, VirtualClock.class));
    }

    private interface Waits {
        void go();
    }

    @SuppressWarnings("unused")
    private static final class Faulty implements Waits {
        private final ConcurrentHashMap<String, String> map = new ConcurrentHashMap<>();

        synchronized void method() {
            Waits waits = this;
            waits.go();
        }

        int block(boolean early) {
            synchronized (map) {
                if (early) {
                    return 1;
                }
                AnyIO.checkpoint();
                return 2;
            }
        }

        synchronized void inALambda(Supplier<String> supplier) {
            List.of(1).forEach(_ -> go());
        }

        void inAMap() {
            map.computeIfAbsent("", _ -> {
                go();
                return "";
            });
        }

        void harmless() {
            synchronized (map) {
                map.clear();
            }
            go();
        }

        @Override
        public void go() {
            AnyIO.createEvent().await();
        }
    }
}
