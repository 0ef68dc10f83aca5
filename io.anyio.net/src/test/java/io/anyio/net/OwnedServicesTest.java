package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.EachBackend;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sockets that belong to a holder with a loop of its own, as bundles are, and end with it. */
class OwnedServicesTest {
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(5));
    private final ClassLoader loader = new ClassLoader(null) {};
    private final Owner owner = owners.open("Listeners", new Holder(17, "user.bundle", loader, stopping::get));

    @AfterEach
    void release() {
        owner.close();
    }

    private static byte[] echoed(int port, int value) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(value);
            return socket.getInputStream().readNBytes(1);
        }
    }

    @Test
    void aListenerOpenedByAnOrdinaryThreadIsServedOnTheLoopOfItsHolder() throws Exception {
        AtomicReference<Thread> handling = new AtomicReference<>();
        SocketListener listener = new OwnedListeners(owner).tcp(0, o -> o.host("127.0.0.1"));
        owner.spawn("serve", () -> {
            listener.serve(stream -> {
                handling.set(Thread.currentThread());
                try (stream) {
                    stream.send(stream.receive());
                }
            });
            return null;
        });
        assertArrayEquals(new byte[]{7}, echoed(listener.localPort(), 7));
        Thread thread = handling.get();
        assertNotNull(thread);
        assertTrue(thread.isVirtual());
        assertSame(loader, thread.getContextClassLoader());
    }

    /** What is registered from outside may be told at once, on the loop's thread. */
    @Test
    void whatOthersRegisterWithTheLoopOfTheHolderIsCompleteWhenItIsTold() throws Exception {
        int rounds = 300;
        SocketListener greeter = new OwnedListeners(owner).tcp(0, o -> o.host("127.0.0.1"));
        owner.spawn("greet", () -> {
            greeter.serve(stream -> {
                try (stream) {
                    stream.send(new byte[]{7});
                }
            });
            return null;
        });
        FutureTask<Integer> listening = new FutureTask<>(() -> {
            int connected = 0;
            for (int i = 0; i < rounds; i++) {
                try (SocketListener listener = new OwnedListeners(owner).tcp(0, o -> o.host("127.0.0.1"));
                        Socket early = new Socket("127.0.0.1", listener.localPort())) {
                    connected += early.isConnected() ? 1 : 0;
                }
            }
            return connected;
        });
        Thread.ofPlatform().start(listening);
        OwnedNetwork network = new OwnedNetwork(owner);
        AnyIO.run(() -> {
            for (int i = 0; i < rounds; i++) {
                try (SocketStream stream = network.connectTcp("127.0.0.1", greeter.localPort())) {
                    assertArrayEquals(new byte[]{7}, stream.receive());
                }
            }
        });
        assertEquals(rounds, listening.get());
        assertArrayEquals(new byte[]{7},
                AnyIO.call(() -> network.connectTcp("127.0.0.1", greeter.localPort()).receive()));
    }

    @Test
    void theOwnersEndEndsTheWaitsForChannelsOfOthers() throws Exception {
        OwnedNetwork network = new OwnedNetwork(owner);
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel _ = pipe.sink()) {
            source.configureBlocking(false);
            AnyIO.run(() -> AnyIO.createTaskGroup().run(group -> {
                group.spawn("waits", () -> assertThrows(ClosedResourceException.class,
                        () -> network.awaitReadable(source)));
                AnyIO.waitAllTasksBlocked();
                owner.close();
            }));
            assertFalse(source.isRegistered());
            AnyIO.run(() -> {
                LoopClosedException gone = assertThrows(LoopClosedException.class, () -> network.awaitReadable(source));
                assertTrue(gone.getMessage().contains("user.bundle"), gone::getMessage);
            });
        }
    }

    @EachBackend @Proves("OW-07")
    void theOwnersEndFreesThePortEndsTheConnectionsAndSaysWhy(String backend) throws Exception {
        HolderOwners all = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(5),
                LoopOptions.DEFAULT.backend(backend));
        for (boolean stops : new boolean[]{false, true}) {
            AtomicBoolean stopped = new AtomicBoolean();
            Owner ending = all.open("Listeners", new Holder(stops ? 18 : 19, "user.bundle", loader, stopped::get));
            OwnedListeners listeners = new OwnedListeners(ending);
            SocketListener listener = listeners.tcp(0, o -> o.host("127.0.0.1"));
            int port = listener.localPort();
            CountDownLatch connected = new CountDownLatch(1);
            AtomicReference<Throwable> handlersEnd = new AtomicReference<>();
            ending.spawn("serve", () -> {
                listener.serve(stream -> {
                    try {
                        stream.send(new byte[]{1});
                        connected.countDown();
                        stream.receive();
                    } catch (Throwable e) {
                        handlersEnd.set(e);
                        throw e;
                    }
                });
                return null;
            });
            try (Socket socket = new Socket("127.0.0.1", port)) {
                connected.await();
                assertEquals(1, socket.getInputStream().read());
                stopped.set(stops);
                ending.close();
                assertEquals(-1, socket.getInputStream().read());
            }
            assertEquals(CancelledError.class, handlersEnd.get().getClass());
            new ServerSocket(port).close();
            LoopClosedException gone = assertThrows(LoopClosedException.class, () -> listeners.tcp(0));
            assertTrue(gone.getMessage().contains("user.bundle"), gone.getMessage());
        }
    }

    @AnyioTest
    void aTaskOfAnotherLoopMayUseAStreamUntilItsOwnerGoes(TaskGroup<?> group) throws Exception {
        SocketListener listener = new OwnedListeners(owner).tcp(0, o -> o.host("127.0.0.1"));
        SocketStream server;
        SocketStream client = new OwnedNetwork(owner).connectTcp("127.0.0.1", listener.localPort());
        server = listener.accept();
        for (int i = 0; i < 1000; i++) {
            client.send(new byte[]{(byte) i});
            assertArrayEquals(new byte[]{(byte) i}, server.receive());
            server.send(new byte[]{(byte) ~i});
            assertArrayEquals(new byte[]{(byte) ~i}, client.receive());
        }
        TaskHandle<?> flood = group.spawn(() -> client.send(new byte[Pair.FLOOD]));
        for (int left = Pair.FLOOD; left > 0;) {
            left -= server.receive().length;
        }
        flood.await();
        // of another owner: otherwise its close might come first, and end the stream
        SocketStream stranger = Pair.connect(listener);
        SocketStream owned = listener.accept();
        TaskHandle<?> receiving = group.spawn(() -> assertThrows(ClosedResourceException.class, owned::receive));
        TaskHandle<?> accepting = group.spawn(() -> assertThrows(ClosedResourceException.class, listener::accept));
        AnyIO.waitAllTasksBlocked();
        owner.close();
        receiving.await();
        accepting.await();
        assertThrows(EndOfStreamException.class, stranger::receive);
        stranger.close();
        assertThrows(ClosedResourceException.class, () -> client.send(new byte[1]));
        assertThrows(LoopClosedException.class, () -> new OwnedNetwork(owner).connectTcp("127.0.0.1", 1));
    }
}
