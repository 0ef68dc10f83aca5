package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.tcp.LogWatch;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.junit.jupiter.api.Timeout;

/** The stop of a bundle or a component that serves: what its clients, its tasks and its log see. */
@Timeout(120)
class StopTest {
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final int PATIENCE_MILLIS = 30_000;
    private static final byte[] BYE = {98, 121, 101};

    private final AtomicBoolean stopping = new AtomicBoolean();

    /** The owners of one component that has three services. */
    private record Component(Owner loop, Owner listeners, Owner network) {
        List<Owner> inOrder(Random random) {
            List<Owner> all = new ArrayList<>(List.of(loop, listeners, network));
            Collections.shuffle(all, random);
            return all;
        }
    }

    private Component open(String backend) {
        HolderOwners owners = new HolderOwners(new LoopRuntime(), GRACE, LoopOptions.DEFAULT.backend(backend));
        Holder holder = new Holder(17, "user.bundle", StopTest.class.getClassLoader(), stopping::get);
        return new Component(owners.open("EventLoop", holder), owners.open("Listeners", holder),
                owners.open("Network", holder));
    }

    private static SocketListener listen(Component component) throws IOException {
        return new OwnedListeners(component.listeners).tcp(0, o -> o.host("127.0.0.1"));
    }

    private static List<Socket> connect(int port, int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket client = new Socket("127.0.0.1", port);
            client.setSoTimeout(PATIENCE_MILLIS);
            clients.add(client);
        }
        return clients;
    }

    private static void sayGoodbye(SocketStream stream) throws IOException {
        AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
            AnyIO.sleep(Duration.ofMillis(5));
            stream.send(BYE);
        });
    }

    @EachBackend @Proves("OW-20")
    void everyClientGetsTheGoodbyeThatIsSaidInAShield(String backend) throws Exception {
        for (int seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            stopping.set(false);
            Component component = open(backend);
            SocketListener listener = listen(component);
            int port = listener.localPort();
            CountDownLatch served = new CountDownLatch(100);
            boolean isolated = seed % 2 == 0;
            component.loop.spawn("serve", () -> {
                listener.serve(stream -> {
                    try (stream; AutoCloseable _ = () -> sayGoodbye(stream)) {
                        served.countDown();
                        stream.receive();
                    }
                }, o -> o.isolated(isolated));
                return null;
            });
            List<Socket> clients = connect(port, 100);
            served.await();
            stopping.set(random.nextBoolean());
            component.inOrder(random).forEach(Owner::close);
            for (Socket client : clients) {
                try (client) {
                    assertArrayEquals(BYE, client.getInputStream().readNBytes(BYE.length), "seed " + seed);
                    assertEquals(-1, client.getInputStream().read());
                }
            }
        }
    }

    @EachBackend @Proves("OW-24")
    void aStopUnderBusyConnectionsIsQuiet(String backend) throws Exception {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            stopping.set(false);
            Component component = open(backend);
            SocketListener listener = listen(component);
            int port = listener.localPort();
            component.loop.spawn("serve", () -> {
                listener.serve(stream -> {
                    for (byte[] chunk : stream) {
                        stream.send(chunk);
                    }
                }, o -> o.isolated(true));
                return null;
            });
            CountDownLatch busy = new CountDownLatch(200);
            List<Thread> clients = new ArrayList<>();
            for (Socket client : connect(port, 200)) {
                clients.add(Thread.ofVirtual().start(() -> talk(client, busy)));
            }
            busy.await();
            try (LogWatch log = new LogWatch()) {
                stopping.set(random.nextBoolean());
                component.inOrder(random).forEach(Owner::close);
                assertTrue(
                        log.records().stream().allMatch(entry -> entry.getLevel().intValue() <= Level.INFO.intValue()),
                        "seed " + seed + ": " + log.text());
            }
            for (Thread client : clients) {
                client.join();
            }
        }
    }

    private static void talk(Socket socket, CountDownLatch busy) {
        try (socket) {
            int rounds = 0;
            do {
                socket.getOutputStream().write(BYE);
                if (++rounds == 3) {
                    busy.countDown();
                }
            } while (socket.getInputStream().read() >= 0);
        } catch (IOException e) {
            // the server has gone
        }
    }

    @EachBackend @Proves("OW-18")
    void aServerMayFinishWhatItHasBegunIfItAsks(String backend) throws Exception {
        Component component = open(backend);
        SocketListener listener = listen(component);
        int port = listener.localPort();
        CountDownLatch began = new CountDownLatch(1);
        TaskHandle<String> serving = component.loop.spawn("serve", () -> {
            listener.serve(stream -> {
                CancelScope scope = AnyIO.openCancelScope();
                scope.run(() -> {
                    began.countDown();
                    while (!scope.finishRequested()) {
                        AnyIO.sleep(Duration.ofMillis(1));
                    }
                    stream.send(BYE);
                    stream.close();
                });
            });
            return "all connections have ended";
        });
        try (Socket client = new Socket("127.0.0.1", port)) {
            began.await();
            stopping.set(true);
            component.inOrder(new Random(1)).forEach(Owner::close);
            assertArrayEquals(BYE, client.getInputStream().readAllBytes());
        }
        assertEquals("all connections have ended", serving.result());
        assertThrows(SocketException.class, () -> new Socket("127.0.0.1", port).close());
    }

    @EachBackend @Proves("OW-03")
    void aStreamOfAReleasedServiceIsClosedThoughOthersGoOn(String backend) throws Exception {
        Component component = open(backend);
        SocketListener listener = listen(component);
        int port = listener.localPort();
        CountDownLatch connected = new CountDownLatch(1);
        TaskHandle<?> other = component.loop.spawn("other", () -> {
            AnyIO.sleepForever();
            return null;
        });
        component.loop.spawn("accept", () -> {
            listener.accept();
            connected.countDown();
            return null;
        });
        try (Socket client = new Socket("127.0.0.1", port)) {
            connected.await();
            component.listeners.close();
            assertThrows(SocketException.class, () -> new Socket("127.0.0.1", port).close());
            assertEquals(-1, client.getInputStream().read());
        }
        assertEquals(TaskHandle.Status.PENDING, other.status());
        component.loop.close();
        component.network.close();
    }

    @EachBackend @Proves("OW-21")
    void cancelledBeatsClosed(String backend) throws Exception {
        for (int round = 0; round < 30; round++) {
            stopping.set(false);
            Component component = open(backend);
            SocketListener listener = listen(component);
            int port = listener.localPort();
            AtomicReference<Throwable> accepting = new AtomicReference<>();
            AtomicReference<Throwable> receiving = new AtomicReference<>();
            CountDownLatch ready = new CountDownLatch(1);
            component.loop.spawn("receive", () -> {
                SocketStream client = new OwnedNetwork(component.network).connectTcp("127.0.0.1", port);
                listener.accept();
                component.loop.spawn("accept", () -> {
                    accepting.set(assertThrows(Throwable.class, listener::accept));
                    return null;
                });
                ready.countDown();
                receiving.set(assertThrows(Throwable.class, client::receive));
                return null;
            });
            ready.await();
            stopping.set(round % 2 == 0);
            component.inOrder(new Random(round)).forEach(Owner::close);
            assertEquals(CancelledError.class, receiving.get().getClass());
            assertEquals(CancelledError.class, accepting.get().getClass());
        }
    }
}
