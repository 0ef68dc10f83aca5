package io.anyio.net.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.net.Descriptors;
import io.anyio.net.OwnedNetwork;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.Checkpoints;
import io.anyio.testing.EachBackend;
import io.anyio.testing.VirtualClock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Channels that are not ours: waits for them, and what ends these. */
class ForeignChannelsTest {
    private static final int FULL = 10_000_000;
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration WHILE = Duration.ofMillis(400);

    private final Network network = AnyIO.service(Network.class);

    /** A connection of the JDK's; both sides are non-blocking. */
    private record Sockets(SocketChannel near, SocketChannel far) implements AutoCloseable {
        static Sockets open() throws IOException {
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                return of(listener.bind(loopback()));
            }
        }

        private static Sockets of(ServerSocketChannel listener) throws IOException {
            SocketChannel near = SocketChannel.open(listener.getLocalAddress());
            SocketChannel far = listener.accept();
            near.configureBlocking(false);
            far.configureBlocking(false);
            return new Sockets(near, far);
        }

        /** A connection whose near side has no space left. TCP would add space for a while. */
        static Sockets full() throws IOException {
            Path folder = Files.createTempDirectory("channels");
            Path path = folder.resolve("socket");
            try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                Sockets sockets = of(listener.bind(UnixDomainSocketAddress.of(path)));
                ByteBuffer much = ByteBuffer.allocate(FULL);
                while (sockets.near.write(much) > 0) {
                    assertTrue(much.hasRemaining());
                }
                return sockets;
            } finally {
                Files.deleteIfExists(path);
                Files.delete(folder);
            }
        }

        void drain() throws IOException {
            ByteBuffer room = ByteBuffer.allocate(FULL);
            while (far.read(room.clear()) > 0) {
                assertTrue(room.hasRemaining());
            }
        }

        @Override
        public void close() throws IOException {
            near.close();
            far.close();
        }
    }

    /** Waits until earlier waits are registered: the selector's thread handles them in order. */
    private void awaitRegistered() throws IOException {
        try (Sockets sockets = Sockets.open()) {
            network.awaitWritable(sockets.near);
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void send(SocketChannel channel, int value) throws IOException {
        assertEquals(1, channel.write(ByteBuffer.wrap(new byte[]{(byte) value})));
    }

    private static int receive(SocketChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        int count = channel.read(one);
        return count == 1 ? one.get(0) : -count;
    }

    /** A channel of which nothing is left registered; it is blocking afterwards. */
    private static void assertUnregistered(SelectableChannel channel) throws IOException {
        assertFalse(channel.isRegistered());
        channel.configureBlocking(true);
    }

    // ---- readiness

    @AnyioTest @Proves("WS-01")
    void aReadableChannelHasData() throws Exception {
        try (Sockets sockets = Sockets.open()) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<Integer> reader = group.spawn("reader", () -> {
                    network.awaitReadable(sockets.near);
                    network.awaitReadable(sockets.near);
                    return receive(sockets.near);
                });
                AnyIO.moveOnAfter(SHORT, reader::awaitEnd);
                assertEquals(TaskHandle.Status.PENDING, reader.status());
                send(sockets.far, 7);
                assertEquals(7, reader.await());
                assertUnregistered(sockets.near);
            });
        }
    }

    @AnyioTest @Proves("WS-01")
    void aReadableChannelHasEnded() throws Exception {
        try (Sockets sockets = Sockets.open()) {
            sockets.far.shutdownOutput();
            network.awaitReadable(sockets.near);
            assertEquals(1, receive(sockets.near));
        }
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source()) {
            source.configureBlocking(false);
            pipe.sink().close();
            network.awaitReadable(source);
            assertEquals(-1, source.read(ByteBuffer.allocate(1)));
        }
    }

    @AnyioTest @Proves("WS-01")
    void aReadableChannelMayAcceptOrHaveADatagram() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open();
                DatagramChannel datagrams = DatagramChannel.open()) {
            listener.bind(loopback()).configureBlocking(false);
            datagrams.bind(loopback()).configureBlocking(false);
            try (SocketChannel client = SocketChannel.open(listener.getLocalAddress())) {
                network.awaitReadable(listener);
                try (SocketChannel accepted = listener.accept()) {
                    assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
                }
            }
            datagrams.send(ByteBuffer.wrap(new byte[3]), datagrams.getLocalAddress());
            network.awaitReadable(datagrams);
            assertNotNull(datagrams.receive(ByteBuffer.allocate(3)));
        }
    }

    @AnyioTest @Proves("WS-02")
    void aWritableChannelTakesBytes() throws Exception {
        try (Sockets sockets = Sockets.full()) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<Integer> writer = group.spawn("writer", () -> {
                    network.awaitWritable(sockets.near);
                    return sockets.near.write(ByteBuffer.allocate(1));
                });
                AnyIO.moveOnAfter(SHORT, writer::awaitEnd);
                assertEquals(TaskHandle.Status.PENDING, writer.status());
                sockets.drain();
                assertEquals(1, writer.await());
            });
        }
    }

    @AnyioTest @Proves("WS-02")
    void aWritableChannelHasConnectedOrFailedTo() throws Exception {
        InetSocketAddress address;
        try (ServerSocketChannel listener = ServerSocketChannel.open(); SocketChannel client = SocketChannel.open()) {
            address = (InetSocketAddress) listener.bind(loopback()).getLocalAddress();
            client.configureBlocking(false);
            if (!client.connect(address)) {
                network.awaitWritable(client);
                assertTrue(client.finishConnect());
            }
            network.awaitWritable(client);
            send(client, 1);
        }
        try (SocketChannel client = SocketChannel.open()) {
            client.configureBlocking(false);
            assertThrows(IOException.class, () -> {
                if (!client.connect(address)) {
                    network.awaitWritable(client);
                    client.finishConnect();
                }
            });
        }
    }

    /** Bytes that arrive before the connect is finished: the JDK reports nothing then, but does not sleep either. */
    @AnyioTest @Proves("WS-01")
    void aWaitForBytesBeforeTheConnectIsFinishedCostsNothing() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open(); SocketChannel client = SocketChannel.open()) {
            client.configureBlocking(false);
            assumeFalse(client.connect(listener.bind(loopback()).getLocalAddress()), "connected at once");
            try (SocketChannel far = listener.accept()) {
                send(far, 8);
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    TaskHandle<?> reader = group.spawn("reader", () -> network.awaitReadable(client));
                    AnyIO.waitAllTasksBlocked();
                    awaitRegistered();
                    long before = processorTime();
                    AnyIO.moveOnAfter(WHILE, reader::awaitEnd);
                    long used = processorTime() - before;
                    assertTrue(used < WHILE.toNanos() / 4, used + " ns of processor time in " + WHILE);
                    assertEquals(TaskHandle.Status.PENDING, reader.status());
                    assertTrue(client.finishConnect());
                });
                assertEquals(8, receive(client));
            }
        }
    }

    /** Of the threads that select for channels of others. */
    private static long processorTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("anyio-channels"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.threadId())).sum();
    }

    @AnyioTest
    void bothAreCheckpointsEvenIfTheChannelIsReady() throws Exception {
        try (Sockets sockets = Sockets.open()) {
            send(sockets.far, 1);
            Checkpoints.assertCheckpoint(() -> network.awaitReadable(sockets.near));
            Checkpoints.assertCheckpoint(() -> network.awaitWritable(sockets.near));
            Checkpoints.assertNoCheckpoint(() -> network.notifyClosing(sockets.near));
        }
    }

    // ---- several waits

    @AnyioTest @Proves("WS-03")
    void aSecondWaitForTheSameIsRefused() throws Exception {
        Network other = new OwnedNetwork(Plain.owner());
        try (Sockets sockets = Sockets.full()) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<?> reader = group.spawn("reader", () -> network.awaitReadable(sockets.near));
                TaskHandle<?> writer = group.spawn("writer", () -> network.awaitWritable(sockets.near));
                AnyIO.waitAllTasksBlocked();
                BusyResourceException busy = assertThrows(BusyResourceException.class,
                        () -> network.awaitReadable(sockets.near));
                assertEquals("Another task is already reading from this resource", busy.getMessage());
                assertThrows(BusyResourceException.class, () -> network.awaitWritable(sockets.near));
                AnyIO.moveOnAfter(SHORT, reader::awaitEnd);
                assertEquals(TaskHandle.Status.PENDING, reader.status());
                assertEquals(TaskHandle.Status.PENDING, writer.status());
                writer.cancel();
                send(sockets.far, 1);
                reader.await();
            });
            network.awaitReadable(sockets.near);
            // of another runtime, which has a selector of its own
            other.awaitReadable(sockets.near);
        }
    }

    @AnyioTest @Proves("WS-04")
    void oneTaskMayWaitToReadWhileAnotherWaitsToWrite() throws Exception {
        for (boolean readsFirst : new boolean[]{true, false}) {
            try (Sockets sockets = Sockets.full()) {
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    TaskHandle<?> reader = group.spawn("reader", () -> network.awaitReadable(sockets.near));
                    TaskHandle<?> writer = group.spawn("writer", () -> network.awaitWritable(sockets.near));
                    AnyIO.waitAllTasksBlocked();
                    awaitRegistered();
                    for (boolean reads : new boolean[]{readsFirst, !readsFirst}) {
                        TaskHandle<?> next = reads ? reader : writer;
                        if (reads) {
                            send(sockets.far, 1);
                        } else {
                            sockets.drain();
                        }
                        next.await();
                        assertEquals(reads == readsFirst, sockets.near.isRegistered());
                    }
                });
            }
        }
    }

    // ---- closes

    @AnyioTest @Proves({"WS-05", "WS-04"})
    void aCloseEndsAllWaits() throws Exception {
        for (boolean outside : new boolean[]{true, false}) {
            Set<String> opened = new HashSet<>();
            Set<String> before = Descriptors.sockets();
            try (Sockets sockets = Sockets.full()) {
                opened.addAll(Descriptors.sockets());
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    for (Block<IOException> wait : waits(sockets.near)) {
                        group.spawn("waits", () -> {
                            ClosedResourceException closed = assertThrows(ClosedResourceException.class, wait::run);
                            assertTrue(closed.getMessage().startsWith("The channel "), closed::getMessage);
                        });
                    }
                    AnyIO.waitAllTasksBlocked();
                    awaitRegistered();
                    if (outside) {
                        AnyIO.runInWorkerThread(() -> sockets.near.close());
                    } else {
                        sockets.near.close();
                    }
                });
                for (Block<IOException> wait : waits(sockets.near)) {
                    assertThrows(ClosedResourceException.class, wait::run);
                }
            }
            opened.removeAll(before);
            Descriptors.assertReleased(0, opened);
        }
    }

    private List<Block<IOException>> waits(SocketChannel channel) {
        return List.of(() -> network.awaitReadable(channel), () -> network.awaitWritable(channel));
    }

    @AnyioTest @Proves("WS-08")
    void aCloseCanBeAnnounced() throws Exception {
        try (Sockets sockets = Sockets.full()) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                List<TaskHandle<?>> waiting = new ArrayList<>();
                for (Block<IOException> wait : waits(sockets.near)) {
                    waiting.add(group.spawn("waits", () -> {
                        assertThrows(ClosedResourceException.class, wait::run);
                        assertTrue(sockets.near.isOpen());
                    }));
                }
                AnyIO.waitAllTasksBlocked();
                AnyIO.runInWorkerThread(() -> network.notifyClosing(sockets.near));
                for (TaskHandle<?> task : waiting) {
                    task.await();
                }
            });
            network.notifyClosing(sockets.near);
            send(sockets.far, 1);
            network.awaitReadable(sockets.near);
            assertUnregistered(sockets.near);
        }
    }

    // ---- cancellation

    @AnyioTest @Proves("WS-06")
    void aCancelledWaitLeavesNothing() throws Exception {
        try (Sockets sockets = Sockets.full()) {
            for (Block<IOException> wait : waits(sockets.near)) {
                CancelScope scope = AnyIO.openCancelScope();
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    group.spawn("waits", () -> scope.run(wait));
                    AnyIO.waitAllTasksBlocked();
                    awaitRegistered();
                    assertTrue(sockets.near.isRegistered());
                    assertThrows(IllegalBlockingModeException.class, () -> sockets.near.configureBlocking(true));
                    scope.cancel();
                });
                assertTrue(scope.cancelledCaught());
                assertUnregistered(sockets.near);
                sockets.near.configureBlocking(false);
            }
            send(sockets.far, 1);
            network.awaitReadable(sockets.near);
        }
    }

    @AnyioTest @Proves("WS-07")
    void aCancelledTaskDoesNotLook() throws Exception {
        try (Sockets sockets = Sockets.open()) {
            send(sockets.far, 1);
            for (Block<IOException> wait : waits(sockets.near)) {
                CancelScope scope = AnyIO.openCancelScope();
                scope.cancel();
                scope.run(() -> {
                    wait.run();
                    throw new AssertionError("it was ready, but cancelled");
                });
                assertTrue(scope.cancelledCaught());
                assertFalse(sockets.near.isRegistered());
            }
        }
    }

    // ---- arguments

    @AnyioTest @Proves("WS-09")
    void aBlockingChannelIsRefused() throws Exception {
        try (Sockets sockets = Sockets.open()) {
            sockets.near.configureBlocking(true);
            for (Block<IOException> wait : waits(sockets.near)) {
                IllegalArgumentException blocking = assertThrows(IllegalArgumentException.class, wait::run);
                assertTrue(blocking.getMessage().endsWith("is in blocking mode, call configureBlocking(false) on it "
                        + "first"), blocking::getMessage);
            }
        }
    }

    @AnyioTest @Proves("WS-09")
    void whatACannelCannotDoIsRefused() throws Exception {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink();
                ServerSocketChannel listener = ServerSocketChannel.open()) {
            for (SelectableChannel channel : List.of(source, sink, listener)) {
                channel.configureBlocking(false);
            }
            for (SelectableChannel channel : List.of(source, listener)) {
                IllegalArgumentException never = assertThrows(IllegalArgumentException.class,
                        () -> network.awaitWritable(channel));
                assertTrue(never.getMessage().endsWith("can never be written"), never::getMessage);
            }
            assertThrows(IllegalArgumentException.class, () -> network.awaitReadable(sink));
            network.awaitWritable(sink);
        }
    }

    @AnyioTest @Proves("WS-09")
    void aChannelOfOursIsRefusedAndGoesOn() throws Exception {
        try (Pair pair = Pair.open()) {
            SelectableChannel raw = (SelectableChannel) pair.client().attribute(SocketAttribute.RAW_SOCKET);
            IllegalArgumentException ours = assertThrows(IllegalArgumentException.class,
                    () -> network.awaitReadable(raw));
            assertTrue(ours.getMessage().contains("belongs to a socket of AnyIO"), ours::getMessage);
            assertThrows(IllegalArgumentException.class, () -> network.awaitWritable(raw));
            assertThrows(IllegalArgumentException.class, () -> network.notifyClosing(raw));
            assertFalse(raw.isRegistered());
            pair.server().send(new byte[]{5});
            assertEquals(5, pair.client().receive()[0]);
        }
    }

    @Test
    void anOrdinaryThreadIsRefused() throws Exception {
        try (Sockets sockets = Sockets.open()) {
            for (Block<IOException> wait : waits(sockets.near)) {
                NoEventLoopException none = assertThrows(NoEventLoopException.class, wait::run);
                assertTrue(none.getMessage().startsWith("Network.await"), none::getMessage);
            }
        }
    }

    /** A channel of another provider, which its own selectors do not take. */
    private static final class Strange extends AbstractSelectableChannel {
        Strange(SelectorProvider provider) {
            super(provider);
        }

        @Override
        public int validOps() {
            return SelectionKey.OP_READ;
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }

    private static final class StrangeProvider extends SelectorProvider {
        final SelectorProvider jdk = SelectorProvider.provider();
        boolean full;

        @Override
        public AbstractSelector openSelector() throws IOException {
            if (full) {
                throw new IOException("Too many open files");
            }
            return jdk.openSelector();
        }

        @Override
        public DatagramChannel openDatagramChannel() throws IOException {
            return jdk.openDatagramChannel();
        }

        @Override
        public DatagramChannel openDatagramChannel(java.net.ProtocolFamily family) throws IOException {
            return jdk.openDatagramChannel(family);
        }

        @Override
        public Pipe openPipe() throws IOException {
            return jdk.openPipe();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel() throws IOException {
            return jdk.openServerSocketChannel();
        }

        @Override
        public SocketChannel openSocketChannel() throws IOException {
            return jdk.openSocketChannel();
        }
    }

    @AnyioTest
    void aChannelThatNoSelectorTakesIsToldToItsCaller() throws Exception {
        StrangeProvider provider = new StrangeProvider();
        try (Strange strange = new Strange(provider); Sockets sockets = Sockets.open()) {
            strange.configureBlocking(false);
            IllegalStateException refused = assertThrows(IllegalStateException.class,
                    () -> network.awaitReadable(strange));
            assertInstanceOf(IllegalSelectorException.class, refused.getCause());
            send(sockets.far, 1);
            network.awaitReadable(sockets.near);
        }
        provider = new StrangeProvider();
        provider.full = true;
        try (Strange strange = new Strange(provider)) {
            strange.configureBlocking(false);
            for (int i = 0; i < 2; i++) {
                IOException full = assertThrows(IOException.class, () -> network.awaitReadable(strange));
                assertEquals("Too many open files", full.getMessage());
            }
        }
    }

    /** A selector of the user's own knows the channel, too. */
    @AnyioTest
    void anotherRegistrationStays() throws Exception {
        try (Sockets sockets = Sockets.open(); Selector own = Selector.open()) {
            SelectionKey key = sockets.near.register(own, SelectionKey.OP_READ);
            send(sockets.far, 1);
            network.awaitReadable(sockets.near);
            assertTrue(key.isValid());
            assertEquals(1, own.selectNow());
        }
    }

    // ---- time, and races

    @EachBackend
    void aVirtualClockGivesTheChannelTime(String backend) throws Exception {
        VirtualClock clock = new VirtualClock();
        try (Sockets sockets = Sockets.open()) {
            AnyIO.run(() -> {
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    group.spawn("sends", () -> {
                        AnyIO.sleep(Duration.ofHours(1));
                        send(sockets.far, 1);
                    });
                    AnyIO.failAfter(Duration.ofHours(2), () -> network.awaitReadable(sockets.near));
                });
                assertThrows(TimedOutException.class,
                        () -> AnyIO.failAfter(Duration.ofHours(2), () -> network.awaitReadable(sockets.far)));
            }, o -> o.backend(backend).clock(clock));
        }
    }

    /** Nothing is lost, and nothing is left. */
    @AnyioTest(timeout = 120)
    void waitsAreCancelledAndChannelsClosedAtAnyTime() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Set<String> before = Descriptors.sockets();
        Set<String> opened = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            String round = "seed " + seed + ", round " + i;
            try (Sockets sockets = Sockets.open()) {
                opened.addAll(Descriptors.sockets());
                boolean closes = random.nextBoolean();
                boolean outside = random.nextBoolean();
                int turns = random.nextInt(6);
                CancelScope scope = AnyIO.openCancelScope();
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    TaskHandle<?> waits = group.spawn("waits", () -> scope.run(() -> {
                        try {
                            network.awaitReadable(sockets.near);
                            assertEquals(9, receive(sockets.near), round);
                        } catch (ClosedResourceException _) {
                            assertTrue(closes, round);
                        } catch (IOException _) {
                            assertFalse(sockets.near.isOpen(), round);
                        }
                    }));
                    for (int turn = 0; turn < turns; turn++) {
                        AnyIO.checkpoint();
                    }
                    Block<IOException> act = closes ? () -> sockets.near.close() : () -> send(sockets.far, 9);
                    if (outside) {
                        AnyIO.runInWorkerThread(act);
                    } else {
                        act.run();
                    }
                    if (random.nextBoolean()) {
                        scope.cancel();
                    }
                    waits.awaitEnd();
                    assertFalse(sockets.near.isRegistered(), round);
                });
            }
        }
        opened.removeAll(before);
        Descriptors.assertReleased(0, opened);
    }

    @AnyioTest
    void theThreadEndsWhenThereIsNothingToWaitFor() throws Exception {
        try (Sockets sockets = Sockets.open()) {
            network.awaitWritable(sockets.near);
            List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("anyio-channels")).toList();
            assertFalse(threads.isEmpty());
            AnyIO.runInWorkerThread(() -> {
                for (Thread thread : threads) {
                    assertTrue(thread.join(Duration.ofSeconds(20)));
                }
            });
            network.awaitWritable(sockets.near);
        }
    }
}
