package io.anyio.net.name;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.OwnedNetwork;
import io.anyio.net.Pair;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Names are looked up where the loop does not wait for them. */
class NameLookupTest {
    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicReference<Thread> asking = new AtomicReference<>();

    private Network network() {
        return new OwnedNetwork(Plain.owner(), new NameLookup(new SystemResolver(name -> {
            asking.set(Thread.currentThread());
            boolean interrupted = false;
            while (true) {
                try {
                    answer.await();
                    break;
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted || name.equals("unknown")) {
                throw new UnknownHostException(name);
            }
            return new InetAddress[]{InetAddress.ofLiteral("127.0.0.1")};
        })));
    }

    @AnyioTest
    void otherTasksRunDuringALookup(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen()) {
            TaskHandle<SocketStream> connecting = group.spawn("connect",
                    () -> network().connectTcp("slow", listener.localPort()));
            awaitLookup();
            assertFalse(asking.get().isVirtual());
            assertEquals(TaskHandle.Status.PENDING, connecting.status());
            answer.countDown();
            try (SocketStream client = connecting.await(); SocketStream server = listener.accept()) {
                client.send(new byte[]{1});
                assertArrayEquals(new byte[]{1}, server.receive());
            }
        }
    }

    @AnyioTest @Proves("HE-21")
    void aCancelledConnectReturnsAtOnceAndDropsTheLateAnswer(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = Pair.listen()) {
            TaskHandle<SocketStream> connecting = group.spawn("connect",
                    () -> network().connectTcp("slow", listener.localPort()));
            awaitLookup();
            connecting.cancel();
            connecting.awaitEnd();
            assertEquals(TaskHandle.Status.CANCELLED, connecting.status());
            answer.countDown();
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(50), () -> {
                listener.accept();
            }));
        }
    }

    private void awaitLookup() {
        while (asking.get() == null) {
            AnyIO.sleep(Duration.ofMillis(1));
        }
    }

    @AnyioTest @Proves({"HE-11", "HE-12"})
    void theResolversErrorIsThrownAsItIs() {
        answer.countDown();
        UnknownHostException unknown = assertThrows(UnknownHostException.class,
                () -> network().connectTcp("unknown", 80));
        assertEquals("unknown", unknown.getMessage());
        assertNull(unknown.getCause());
    }

    @AnyioTest
    void theRealResolverKnowsThisMachine() throws Exception {
        try (SocketListener listener = Pair.listen();
                SocketStream client = AnyIO.service(Network.class).connectTcp("localhost", listener.localPort());
                SocketStream server = listener.accept()) {
            client.send(new byte[]{1});
            assertArrayEquals(new byte[]{1}, server.receive());
        }
    }
}
