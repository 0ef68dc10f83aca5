package io.anyio.impl.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalLease;
import io.anyio.api.thread.PortalProvider;
import io.anyio.api.thread.Portals;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PortalProviderTest {

    private static PortalProvider provider(String backend, TestReporter reporter) {
        reporter.publishEntry("anyio.backend", backend);
        return AnyIO.service(Portals.class).provider(o -> o.backend(backend).name("shared-" + backend));
    }

    private static long threads(String backend) {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals("shared-" + backend))
                .count();
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-36")
    void theFirstUserStartsItAndTheLastStopsIt(String backend, TestReporter reporter) {
        PortalProvider provider = provider(backend, reporter);
        assertEquals(0, threads(backend));
        PortalLease first = provider.open();
        PortalLease second = provider.open();
        BlockingPortal portal = first.portal();
        assertSame(portal, second.portal());
        assertEquals(1, threads(backend));
        first.close();
        first.close();
        assertThrows(IllegalStateException.class, first::portal);
        assertEquals(1, portal.call(() -> 1));
        second.close();
        assertEquals(0, threads(backend));
        assertThrows(IllegalStateException.class, () -> portal.call(() -> 1));
        provider.run(another -> {
            assertNotSame(portal, another);
            assertEquals(2, another.call(() -> 2));
        });
        assertEquals(3, provider.<Integer, RuntimeException>call(another -> another.call(() -> 3)));
        assertEquals(0, threads(backend));
    }

    @ParameterizedTest @ValueSource(strings = {"carrier", "pool"}) @Proves("BP-36")
    void usersAtTheSameTimeShareIt(String backend, TestReporter reporter) throws Exception {
        PortalProvider provider = provider(backend, reporter);
        for (int round = 0; round < 20; round++) {
            int users = 4;
            Set<BlockingPortal> seen = ConcurrentHashMap.newKeySet();
            CyclicBarrier start = new CyclicBarrier(users);
            CountDownLatch opened = new CountDownLatch(users);
            List<FutureTask<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                int user = i;
                FutureTask<Integer> call = new FutureTask<>(() -> {
                    start.await();
                    return provider.<Integer, Exception>call(portal -> {
                        seen.add(portal);
                        opened.countDown();
                        opened.await();
                        return portal.call(() -> user);
                    });
                });
                calls.add(call);
                Thread.ofPlatform().daemon().start(call);
            }
            for (int i = 0; i < users; i++) {
                assertEquals(i, calls.get(i).get());
            }
            assertEquals(1, seen.size());
            assertEquals(0, threads(backend));
        }
    }

    /** The first waits for the portal's loop, and does not keep the others' loop meanwhile. */
    @AnyioTest @Proves("BP-36")
    void tasksOfOneLoopShareIt() {
        PortalProvider provider = AnyIO.service(Portals.class).provider();
        for (int round = 0; round < 20; round++) {
            Set<BlockingPortal> seen = ConcurrentHashMap.newKeySet();
            Event all = AnyIO.createEvent();
            AnyIO.createTaskGroup().run(group -> {
                for (int i = 0; i < 3; i++) {
                    int user = i;
                    group.spawn("user", () -> {
                        try (PortalLease lease = provider.open()) {
                            seen.add(lease.portal());
                            assertEquals(user, lease.portal().call(() -> user));
                            all.await();
                        }
                    });
                }
                AnyIO.waitAllTasksBlocked();
                all.set();
            });
            assertEquals(1, seen.size());
        }
    }

    /** A user that is cancelled while the portal starts does not stop it for the others. */
    @AnyioTest
    void aUserThatIsCancelledLeavesItToTheOthers() {
        PortalProvider provider = AnyIO.service(Portals.class).provider();
        for (int round = 0; round < 20; round++) {
            AnyIO.createTaskGroup().run(group -> {
                TaskHandle<?> first = group.spawn("first", () -> {
                    try (PortalLease _ = provider.open()) {
                        AnyIO.sleepForever();
                    }
                });
                TaskHandle<Integer> second = group.spawn("second",
                        () -> provider.<Integer, RuntimeException>call(portal -> {
                            first.cancel();
                            first.awaitEnd();
                            return portal.call(() -> 7);
                        }));
                group.spawn("cancel", () -> first.cancel());
                assertEquals(7, second.await());
            });
        }
    }
}
