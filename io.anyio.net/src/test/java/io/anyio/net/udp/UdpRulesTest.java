package io.anyio.net.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.OwnedNetwork;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * What both kinds of UDP sockets keep: one task for each direction, closes from anywhere, cancellations that lose
 * nothing.
 */
class UdpRulesTest {

    /** A socket of either kind, and how something gets to it and from it. */
    private record Side(AsyncResource socket, Body<byte[], IOException> receive, Block<IOException> send,
            InetSocketAddress address) {
        static Side of(UdpSocket socket, UdpSocket peer) {
            return new Side(socket, () -> socket.receive().data(),
                    () -> socket.send(new UdpPacket(new byte[]{9}, Udp.address(peer))), Udp.address(socket));
        }

        static Side of(ConnectedUdpSocket socket) {
            return new Side(socket, socket::receive, () -> socket.send(new byte[]{9}), Udp.address(socket));
        }
    }

    /** What is tested with both kinds, and a peer for them. */
    private interface Case {
        void test(Side side, UdpSocket peer) throws Exception;
    }

    private static void forBoth(Case test) throws Exception {
        try (UdpSocket peer = Udp.open()) {
            try (UdpSocket socket = Udp.open()) {
                test.test(Side.of(socket, peer), peer);
            }
            try (ConnectedUdpSocket socket = Udp.connect(peer)) {
                test.test(Side.of(socket), peer);
            }
        }
    }

    @AnyioTest @Proves({"UD-12", "UD-20"})
    void aSecondReceiveIsRefusedAndASendIsNot(TaskGroup<?> group) throws Exception {
        forBoth((side, peer) -> {
            TaskHandle<byte[]> first = group.spawn("first", side.receive());
            AnyIO.waitAllTasksBlocked();
            BusyResourceException busy = assertThrows(BusyResourceException.class, () -> side.receive().call());
            assertEquals("Another task is already reading from this resource", busy.getMessage());
            side.send().run();
            assertArrayEquals(new byte[]{9}, peer.receive().data());
            peer.send(new UdpPacket(new byte[]{1}, side.address()));
            assertArrayEquals(new byte[]{1}, first.await());
        });
    }

    @AnyioTest @Proves({"UD-13", "UD-14", "UD-20"})
    void aCloseEndsABlockedReceiveAndEveryLaterOperation(TaskGroup<?> group) throws Exception {
        for (boolean elsewhere : new boolean[]{false, true}) {
            forBoth((side, peer) -> {
                TaskHandle<ClosedResourceException> receiving = group.spawn("receive",
                        () -> assertThrows(ClosedResourceException.class, () -> side.receive().call()));
                AnyIO.waitAllTasksBlocked();
                if (elsewhere) {
                    Udp.closeElsewhere(side.socket());
                } else {
                    side.socket().close();
                }
                assertEquals("The socket " + side.socket() + " is closed", receiving.await().getMessage());
                side.socket().close();
                assertNull(assertThrows(ClosedResourceException.class, () -> side.receive().call()).getCause());
                assertThrows(ClosedResourceException.class, () -> side.send().run());
            });
        }
    }

    @AnyioTest
    void cancelledComesBeforeClosedBeforeBusy(TaskGroup<?> group) throws Exception {
        forBoth((side, peer) -> {
            group.spawn("receive", () -> assertThrows(ClosedResourceException.class, () -> side.receive().call()));
            AnyIO.waitAllTasksBlocked();
            assertAllCancelled(side);
            side.socket().close();
            assertThrows(ClosedResourceException.class, () -> side.receive().call());
            assertAllCancelled(side);
        });
        try (UdpSocket socket = Udp.open()) {
            CancelScope scope = cancelled();
            scope.run(() -> {
                assertThrows(CancelledError.class, () -> socket.sendTo(new byte[1], "localhost", 7));
                assertThrows(CancelledError.class, UdpRulesTest::openAny);
                assertThrows(CancelledError.class, () -> Udp.connect(socket));
            });
        }
    }

    private static void openAny() throws IOException {
        Udp.open().close();
    }

    private static CancelScope cancelled() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        return scope;
    }

    private static void assertAllCancelled(Side side) {
        cancelled().run(() -> {
            assertThrows(CancelledError.class, () -> side.receive().call());
            assertThrows(CancelledError.class, () -> side.send().run());
        });
    }

    @AnyioTest @Proves("UD-22")
    void aCancelledReceiveLosesNoDatagram(TaskGroup<?> group) throws Exception {
        forBoth((side, peer) -> {
            for (int i = 0; i < 200; i++) {
                TaskHandle<byte[]> receiving = group.spawn("receive", side.receive());
                if (i % 2 == 0) {
                    AnyIO.waitAllTasksBlocked();
                }
                peer.send(new UdpPacket(new byte[]{(byte) i}, side.address()));
                receiving.cancel();
                receiving.awaitEnd();
                byte[] received = receiving.status() == TaskHandle.Status.FINISHED
                        ? receiving.result()
                        : side.receive().call();
                assertArrayEquals(new byte[]{(byte) i}, received);
            }
        });
    }

    @AnyioTest(virtualClock = true) @Proves("UD-22")
    void aReceiveThatTimesOutDoesSoInTimeAndTheNextOneWorks() throws Exception {
        forBoth((side, peer) -> {
            var begin = AnyIO.currentTime();
            assertNotNull(AnyIO.moveOnAfter(Duration.ofMillis(100), side.receive(), new byte[0]));
            assertEquals(begin.plus(Duration.ofMillis(100)), AnyIO.currentTime());
            assertTrue(((io.anyio.api.attribute.TypedAttributeProvider) side.socket())
                    .attribute(SocketAttribute.RAW_SOCKET).isOpen());
            peer.send(new UdpPacket(new byte[]{5}, side.address()));
            assertArrayEquals(new byte[]{5}, side.receive().call());
        });
    }

    /**
     * Closes and cancellations at random moments: no wait remains, and only documented exceptions are thrown.
     */
    @AnyioTest
    void closesFromAnywhereEndEveryOperation() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        var end = AnyIO.currentTime().plus(Duration.ofMillis(1500));
        int rounds = 0;
        while (AnyIO.currentTime().isBefore(end)) {
            rounds++;
            UdpSocket one = Udp.open();
            UdpSocket two = Udp.open();
            InetSocketAddress addressOfOne = Udp.address(one);
            InetSocketAddress addressOfTwo = Udp.address(two);
            AnyIO.failAfter(Duration.ofSeconds(10), () -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                List<TaskHandle<?>> tasks = List.of(group.spawn(() -> untilClosed(one::receive)),
                        group.spawn(() -> untilClosed(() -> send(one, addressOfTwo))),
                        group.spawn(() -> untilClosed(two::receive)),
                        group.spawn(() -> untilClosed(() -> send(two, addressOfOne))));
                for (int i = random.nextInt(4); i > 0; i--) {
                    AnyIO.sleep(Duration.ZERO);
                }
                if (random.nextInt(3) == 0) {
                    tasks.get(random.nextInt(4)).cancel();
                }
                Thread other = random.nextBoolean() ? Thread.ofPlatform().start(() -> closeQuietly(one)) : null;
                if (other == null || random.nextBoolean()) {
                    closeQuietly(one);
                }
                closeQuietly(two);
            }));
        }
        assertTrue(rounds > 10, rounds + " rounds, seed " + seed);
    }

    private static boolean send(UdpSocket socket, InetSocketAddress target) throws IOException {
        socket.send(new UdpPacket(new byte[ThreadLocalRandom.current().nextInt(3) * 1000], target));
        return true;
    }

    private static void untilClosed(Body<?, IOException> operation) throws IOException {
        try {
            while (true) {
                operation.call();
                AnyIO.sleep(Duration.ZERO);
            }
        } catch (ClosedResourceException _) {
            // as promised
        }
    }

    private static void closeQuietly(UdpSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void outsideOfATaskTheNetworkSaysWhatItNeeds() {
        Network network = new OwnedNetwork(Plain.owner());
        NoEventLoopException none = assertThrows(NoEventLoopException.class,
                () -> network.createUdpSocket(o -> o.localHost("127.0.0.1")));
        assertTrue(none.getMessage().startsWith("Network.createUdpSocket needs a running task"), none.getMessage());
        assertThrows(NoEventLoopException.class, () -> network.createConnectedUdpSocket("127.0.0.1", 7));
    }

    @AnyioTest
    void aSocketEndsWithItsOwnerAndNoneIsOpenedAfterwards(TaskGroup<?> group) throws Exception {
        HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(5));
        Owner owner = owners.open("Network", new Holder(17, "user.bundle", null, () -> false));
        Network network = new OwnedNetwork(owner);
        UdpSocket socket = network.createUdpSocket(o -> o.localHost("127.0.0.1"));
        int port = socket.localPort();
        TaskHandle<?> receiving = group.spawn(() -> assertThrows(ClosedResourceException.class, socket::receive));
        AnyIO.waitAllTasksBlocked();
        owner.close();
        receiving.await();
        Udp.open(o -> o.localHost("127.0.0.1").localPort(port)).close();
        assertThrows(LoopClosedException.class, () -> network.createUdpSocket(o -> o.localHost("127.0.0.1")));
    }
}
