package io.anyio.itest.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Portals;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What a user writes beside the examples of the guides: it infers well, and works. */
class DesignExamplesTest {
    private static void pump() throws IOException {}

    private static int count() {
        return 7;
    }

    @AnyioTest
    void aServerByHandAndItsClient() throws IOException {
        Listeners listeners = AnyIO.service(Listeners.class);
        Network network = AnyIO.service(Network.class);
        try (SocketListener listener = listeners.tcp(0)) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("serve", () -> listener.serve(stream -> {
                    for (byte[] chunk : stream) {
                        stream.send(chunk);
                    }
                }));
                try (SocketStream stream = network.connectTcp("localhost", listener.localPort())) {
                    stream.send("hello".getBytes(UTF_8));
                    assertEquals("hello", new String(stream.receive(), UTF_8));
                }
                group.cancel();
            });
        }
    }

    @AnyioTest
    void groupsHandlesAndStart() throws IOException {
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("pump a", () -> pump());
            TaskHandle<Integer> n = group.spawn("count", () -> count());
            String server = group.start("server", started -> {
                started.set("ready");
                AnyIO.sleepForever();
            });
            assertEquals("ready", server);
            assertEquals(7, n.await());
            group.cancel();
        });
        assertThrows(IOException.class,
                () -> AnyIO.createTaskGroup(IOException.class).run(group -> group.spawn("fails", () -> {
                    throw new IOException("as itself");
                })));
    }

    @AnyioTest(virtualClock = true)
    void timeoutsAreScopes() throws IOException {
        assertTrue(AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> pump()));
        assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> AnyIO.sleepForever()));
        String reply = AnyIO.failAfter(Duration.ofSeconds(5), () -> "hello");
        assertEquals("hello", reply);
        assertThrows(TimedOutException.class, () -> AnyIO.failAfter(Duration.ofSeconds(5), () -> AnyIO.sleepForever()));
        assertEquals("otherwise", AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> {
            AnyIO.sleepForever();
            return "never";
        }, "otherwise"));
        CancelScope scope = AnyIO.openCancelScope(o -> o.shield(true));
        scope.run(() -> {
            scope.cancel();
            AnyIO.sleepForever();
        });
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest
    void aWorkerThreadWithALimiter() {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
        Thread task = Thread.currentThread();
        Thread worker = AnyIO.runInWorkerThread(() -> Thread.currentThread(),
                o -> o.cancellable(true).limiter(limiter));
        assertFalse(worker == task);
    }

    @Test
    void aPortalFromAnOrdinaryThread() throws ExecutionException, InterruptedException {
        try (BlockingPortal portal = AnyIO.service(Portals.class).start()) {
            int n = portal.call(() -> count());
            assertEquals(7, n);
            CompletableFuture<Integer> f = portal.spawn(() -> count());
            assertEquals(7, f.get());
        }
    }

    @Test
    void plainJava() {
        AnyIO.run(() -> {
            AnyIO.checkpoint();
        });
        assertEquals(7, AnyIO.call(() -> count()));
    }
}
