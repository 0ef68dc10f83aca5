package io.anyio.itest.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.whiteboard.FailedListenerDTO;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/** What the whiteboard makes of services: run in each framework. */
abstract class WhiteboardCases extends LifeStage {
    @Test
    void aBusyPortIsTakenOnceItIsFree() throws Exception {
        ServiceRegistration<ConnectionHandler> registration;
        try (ServerSocket busy = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            registration = register("patient", onPort());
            FailedListenerDTO waiting = failed().getFirst();
            assertTrue(waiting.reason().contains("in use"), waiting.reason());
            assertEquals(List.of(), runtime().listeners());
            assertTrue(busy.isBound());
        }
        awaitAnswer("patient");
        assertEquals(List.of(), failed());
        assertEquals(port, runtime().listeners().getFirst().port());
        registration.unregister();
        assertEquals("", ask(port));
    }

    @Test
    void aServiceThatWaitsForAPortCanGo() throws Exception {
        Books before = Books.now();
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            register("patient", onPort()).unregister();
            assertEquals(List.of(), failed());
        }
        before.awaitReturn();
        assertEquals("", ask(port));
    }

    @Test
    void theHighestRankingGetsThePortAndTheNextTakesOver() throws Exception {
        ServiceRegistration<ConnectionHandler> first = register("first", onPort());
        ServiceRegistration<ConnectionHandler> second = register("second", onPort());
        assertEquals("first", ask(port), "the lower id, if nobody is ranked higher");
        assertTrue(failed().getFirst().reason().contains("belongs to the service"), failed().toString());
        ServiceRegistration<ConnectionHandler> third = register("third", onPort("service.ranking", 5));
        awaitAnswer("third");
        assertEquals(2, failed().size());
        second.setProperties(FrameworkUtil.asDictionary(onPort("service.ranking", 7)));
        awaitAnswer("second");
        second.setProperties(FrameworkUtil.asDictionary(onPort("service.ranking", 7, "anyio.tcp.port", 0)));
        awaitAnswer("third");
        third.unregister();
        awaitAnswer("first");
        first.unregister();
        assertEquals("", ask(port));
        second.unregister();
        assertEquals(List.of(), runtime().listeners());
    }

    @Test
    void aChangeThatIsNoneKeepsConnections() throws Exception {
        ServiceRegistration<ConnectionHandler> registration = register("kept", onPort());
        try (Socket socket = connect(port)) {
            assertEquals("kept", ask(socket));
            registration.setProperties(
                    FrameworkUtil.asDictionary(
                            onPort("service.ranking", 3, "of.others", "value", "anyio.tcp.port", "" + port)));
            assertEquals("kept", ask(socket));
        }
        registration.unregister();
    }

    @Test
    void whatIsWrongIsOneFailedListenerWithItsReason() {
        ServiceRegistration<ConnectionHandler> good = register("good", onPort());
        Map<Map<String, Object>, String> wrong = Map.of(
                Map.of("anyio.tcp.port", new int[]{port, port}),
                "anyio.tcp.port is '[" + port + ", " + port + "]': give " + port + " once",
                Map.of("anyio.tcp.port", port, "anyio.tcp.reusePort", "ja"), "anyio.tcp.reusePort is 'ja'",
                Map.of("anyio.tcp.prot", port), "anyio.tcp.prot is unknown",
                Map.of("anyio.tcp.port", port, "anyio.tcp.hots", "::1"), "anyio.tcp.hots is unknown",
                Map.of("anyio.tcp.port", "http"), "anyio.tcp.port is 'http'");
        wrong.forEach((properties, reason) -> {
            ServiceRegistration<ConnectionHandler> bad = register("bad", properties);
            assertEquals(1, failed().size());
            assertTrue(failed().getFirst().reason().contains(reason), failed().toString());
            assertEquals("good", ask(port));
            bad.setProperties(FrameworkUtil.asDictionary(Map.of("anyio.tcp.port", 0)));
            assertEquals(List.of(), failed());
            assertEquals(2, runtime().listeners().size());
            bad.unregister();
        });
        good.unregister();
    }
}
