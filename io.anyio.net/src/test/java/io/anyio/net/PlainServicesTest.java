package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.spi.Owners;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.Portals;
import io.anyio.api.thread.Threads;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.util.List;

/** The services of plain Java: found once, one of each kind for a run. */
class PlainServicesTest {
    private static final List<Class<?>> ALL = List.of(Synchronization.class, MemoryStreams.class, TaskTree.class,
            Threads.class, Portals.class, Owners.class, Network.class, Listeners.class);

    @AnyioTest
    void allTasksOfARunGetTheSame(TaskGroup<?> group) {
        for (Class<?> type : ALL) {
            Object mine = AnyIO.service(type);
            TaskHandle<Object> other = group.spawn(() -> AnyIO.service(type));
            assertSame(mine, AnyIO.service(type));
            assertSame(mine, other.await());
        }
    }

    @EachBackend
    void theLimitsOfTwoRunsAreTheirOwn(String backend) {
        for (Class<?> type : List.of(Network.class, Listeners.class)) {
            Object first = AnyIO.call(() -> AnyIO.service(type), o -> o.backend(backend));
            assertNotSame(first, AnyIO.call(() -> AnyIO.service(type), o -> o.backend(backend)));
        }
    }

    @EachBackend
    void outsideOfTasksThereIsOneToo(String backend) throws Exception {
        Network network = AnyIO.service(Network.class);
        assertSame(network, AnyIO.service(Network.class));
        Listeners listeners = AnyIO.service(Listeners.class);
        for (int i = 0; i < 2; i++) {
            AnyIO.run(() -> {
                try (var listener = listeners.tcp(0, o -> o.host("127.0.0.1"))) {
                    network.connectTcp("127.0.0.1", listener.localPort()).close();
                }
            }, o -> o.backend(backend));
        }
    }

    @AnyioTest
    void whatNoJarHasIsRefusedByName() {
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> AnyIO.service(Runnable.class));
        assertTrue(refused.getMessage().contains("java.lang.Runnable"), refused.getMessage());
    }

    @AnyioTest
    void aTasksThreadHasItsName(TaskGroup<?> group) {
        TaskHandle<String> named = group.spawn("count the stars", () -> Thread.currentThread().getName());
        assertEquals("count the stars", named.await());
        TaskHandle<String> nameless = group.spawn(() -> Thread.currentThread().getName());
        assertEquals(nameless.name(), nameless.await());
    }
}
