package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.ConnectionFailedException;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The race of the attempts to connect, on the virtual clock. */
class HappyEyeballsTest {
    private static final Duration DELAY = ConnectOptions.DEFAULT.happyEyeballsDelay();

    private final Map<String, Answer> answers = new HashMap<>();
    private final List<String> events = new ArrayList<>();
    private final List<FakeConnection> open = new ArrayList<>();
    private Deadline begin = Deadline.NEVER;

    /** What an attempt does after a time: fail, or connect, for the sake of it even if it was cancelled meanwhile. */
    private record Answer(long millis, IOException error, boolean stubborn) {}

    private final class FakeConnection implements Closeable {
        final String address;

        FakeConnection(String address) {
            this.address = address;
            open.add(this);
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }

    private void connects(String address, long millis) {
        answers.put(address, new Answer(millis, null, false));
    }

    private void connectsEvenIfCancelled(String address, long millis) {
        answers.put(address, new Answer(millis, null, true));
    }

    private void fails(String address, long millis, IOException error) {
        answers.put(address, new Answer(millis, error, false));
    }

    private FakeConnection attempt(InetSocketAddress remote) throws IOException {
        String address = remote.getAddress().getHostAddress();
        events.add(millis() + " " + address);
        Answer answer = answers.getOrDefault(address, new Answer(1_000_000, new ConnectException("timed out"), false));
        try {
            Duration time = Duration.ofMillis(answer.millis);
            AnyIO.openCancelScope(o -> o.shield(answer.stubborn)).run(() -> AnyIO.sleep(time));
        } catch (CancelledError e) {
            events.add(millis() + " " + address + " cancelled");
            throw e;
        }
        if (answer.error != null) {
            throw answer.error;
        }
        return new FakeConnection(address);
    }

    private long millis() {
        return Duration.ofNanos(AnyIO.currentTime().nanos() - begin.nanos()).toMillis();
    }

    private FakeConnection connect(String... addresses) throws IOException {
        begin = AnyIO.currentTime();
        List<InetAddress> resolved = List.of(addresses).stream().map(InetAddress::ofLiteral).toList();
        return new HappyEyeballs<>(this::attempt, DELAY).connect(TaskContext.current("test"), "there:80",
                HappyEyeballs.inOrder(resolved).stream().map(address -> new InetSocketAddress(address, 80)).toList());
    }

    @AnyioTest(virtualClock = true) @Proves({"HE-03", "HE-07"})
    void attemptsBeginOneAfterTheOtherAndTheFirstSuccessEndsThem() throws Exception {
        connects("10.0.0.3", 100);
        assertEquals("10.0.0.3", connect("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4").address);
        assertEquals(Set.of("0 10.0.0.1", "250 10.0.0.2", "500 10.0.0.3", "600 10.0.0.1 cancelled",
                "600 10.0.0.2 cancelled"), Set.copyOf(events));
        assertEquals(1, open.size());
        assertEquals(600, millis());
    }

    @AnyioTest(virtualClock = true) @Proves("HE-04")
    void anAttemptThatFailsEarlyStartsTheNextAtOnce() throws Exception {
        fails("10.0.0.1", 10, new ConnectException("refused"));
        fails("10.0.0.2", 0, new ConnectException("refused"));
        connects("10.0.0.3", 5);
        assertEquals("10.0.0.3", connect("10.0.0.1", "10.0.0.2", "10.0.0.3").address);
        assertEquals(List.of("0 10.0.0.1", "10 10.0.0.2", "10 10.0.0.3"), events);
        assertEquals(15, millis());
    }

    @AnyioTest(virtualClock = true) @Proves("HE-05")
    void theFirstTwoAttemptsAreOfDifferentFamiliesWhateverTheResolverSays() throws Exception {
        connects("10.0.0.4", 1);
        connect("10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8::2", "10.0.0.4");
        assertEquals(List.of("0 2001:db8:0:0:0:0:0:1", "250 10.0.0.1", "500 10.0.0.2", "750 2001:db8:0:0:0:0:0:2",
                "1000 10.0.0.4"), events.stream().filter(event -> !event.endsWith("cancelled")).toList());
        assertEquals(List.of("::2", "10.0.0.1", "::3").stream().map(InetAddress::ofLiteral).toList(),
                HappyEyeballs.inOrder(List.of("::2", "::3", "10.0.0.1").stream().map(InetAddress::ofLiteral).toList()));
    }

    @AnyioTest(virtualClock = true) @Proves("HE-08")
    void theLoserOfTwoThatSucceedIsClosed() throws Exception {
        connects("10.0.0.1", 300);
        connectsEvenIfCancelled("10.0.0.2", 51);
        connectsEvenIfCancelled("10.0.0.3", 900);
        assertEquals("10.0.0.1", connect("10.0.0.1", "10.0.0.2", "10.0.0.3").address);
        assertEquals(1, open.size());
        assertEquals("10.0.0.1", open.getFirst().address);
    }

    @AnyioTest(virtualClock = true) @Proves({"HE-09", "HE-10"})
    void ifAllFailTheCauseHoldsEveryErrorInOrder() throws Exception {
        ConnectException refused = new ConnectException("Connection refused");
        NoRouteToHostException noRoute = new NoRouteToHostException("No route");
        fails("10.0.0.1", 700, refused);
        fails("10.0.0.2", 10, noRoute);
        ConnectionFailedException failed = assertThrows(ConnectionFailedException.class,
                () -> connect("10.0.0.1", "10.0.0.2"));
        assertTrue(failed.getMessage().startsWith("All connection attempts to there:80 failed (10.0.0.1, 10.0.0.2)"),
                failed.getMessage());
        assertEquals(List.of(refused, noRoute), assertInstanceOf(ExceptionGroup.class, failed.getCause()).exceptions());
        failed = assertThrows(ConnectionFailedException.class, () -> connect("10.0.0.1"));
        assertSame(refused, failed.getCause());
    }

    @AnyioTest(virtualClock = true) @Proves({"HE-19", "HE-20"})
    void aCancelledCallEndsAllAttemptsAndKeepsNoConnection() throws Exception {
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(300), () -> {
            connect("10.0.0.1", "10.0.0.2", "10.0.0.3");
        }));
        assertEquals(Set.of("0 10.0.0.1", "250 10.0.0.2", "300 10.0.0.1 cancelled", "300 10.0.0.2 cancelled"),
                Set.copyOf(events));
        connectsEvenIfCancelled("10.0.0.1", 400);
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(300), () -> {
            connect("10.0.0.1", "10.0.0.2");
        }));
        assertEquals(List.of(), open);
        // losers are cancelled, the caller is not
        connects("10.0.0.2", 10);
        connect("10.0.0.3", "10.0.0.2");
        assertFalse(AnyIO.hasPendingCancellation());
        AnyIO.sleep(Duration.ofMillis(1));
    }
}
