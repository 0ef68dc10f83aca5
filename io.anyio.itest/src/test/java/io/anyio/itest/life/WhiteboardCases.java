package io.anyio.itest.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;

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
        assertTrue(failed().getFirst().reason().contains("belongs to tcp://127.0.0.1:" + port), failed().toString());
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

    @Test
    void eachEndPointOfAServiceIsServedAndAnnounced() throws Exception {
        Path path = Files.createTempDirectory("whiteboard").resolve("s");
        ServiceRegistration<ConnectionHandler> registration = register("several",
                onPort("anyio.tcp.port", new int[]{port, port + 1}, "anyio.unix.path", path.toString(),
                        "anyio.unix.deleteAtClose", "true"));
        assertEquals(Set.of("tcp://127.0.0.1:" + port, "tcp://127.0.0.1:" + (port + 1), "unix:" + path), announced());
        assertEquals("several", ask(port));
        assertEquals("several", ask(port + 1));
        long count = changes();
        try (Socket socket = connect(port + 1)) {
            assertEquals("several", ask(socket));
            registration.setProperties(FrameworkUtil.asDictionary(onPort("anyio.tcp.idleTimeout", "1h")));
            assertEquals(Set.of("tcp://127.0.0.1:" + port), announced());
            assertTrue(changes() > count);
            assertEquals("several", ask(socket));
        }
        registration.unregister();
        assertEquals(Set.of(), announced());
        assertFalse(Files.exists(path));
        Files.delete(path.getParent());
    }

    private Set<String> announced() {
        return Set.of((String[]) context.getServiceReference(WhiteboardRuntime.class).getProperty("anyio.endpoint"));
    }

    private long changes() {
        return (Long) context.getServiceReference(WhiteboardRuntime.class).getProperty("service.changecount");
    }

    @Test
    void aPrototypeIsAnInstanceForEachConnection() throws Exception {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger released = new AtomicInteger();
        ServiceRegistration<?> registration = context.registerService(ConnectionHandler.class,
                new PrototypeServiceFactory<ConnectionHandler>() {
                    @Override
                    public ConnectionHandler getService(Bundle bundle,
                            ServiceRegistration<ConnectionHandler> registered) {
                        int number = made.incrementAndGet();
                        return stream -> {
                            for (byte[] _ : stream) {
                                stream.send(("number " + number).getBytes(UTF_8));
                            }
                        };
                    }

                    @Override
                    public void ungetService(Bundle bundle, ServiceRegistration<ConnectionHandler> registered,
                            ConnectionHandler service) {
                        released.incrementAndGet();
                    }
                }, FrameworkUtil.asDictionary(onPort()));
        try (Socket one = connect(port); Socket two = connect(port)) {
            assertEquals("number 1", ask(one));
            assertEquals("number 2", ask(two));
            one.shutdownOutput();
            Books.await(released::get, count -> count == 1, "the first is released");
            registration.unregister();
            assertEquals(-1, two.getInputStream().read());
        }
        Books.await(released::get, count -> count == 2, "the second is released");
    }

    @Test
    void aConfigurationServesAHandlerWithoutKeys() throws Exception {
        Configuration configuration = configurations.getFactoryConfiguration("io.anyio.net.listener", "case", "?");
        configuration.update(FrameworkUtil.asDictionary(onPort("handler.target", "(case=configured)")));
        Books.await(this::failed, failed -> failed.stream().anyMatch(one -> one.code() == FailureCode.NO_HANDLER
                && one.pid().equals("io.anyio.net.listener~case")), "the configuration waits for a handler");
        ServiceRegistration<ConnectionHandler> first = register("first", Map.of("case", "configured"));
        awaitAnswer("first");
        try (Socket socket = connect(port)) {
            assertEquals("first", ask(socket));
            configuration.update(FrameworkUtil.asDictionary(
                    onPort("handler.target", "(case=configured)", "anyio.tcp.idleTimeout", "soon")));
            Books.await(this::failed, failed -> failed.size() == 1, "the wrong value is reported");
            assertEquals("first", ask(socket));
            configuration.update(FrameworkUtil.asDictionary(
                    onPort("handler.target", "(case=configured)", "anyio.tcp.idleTimeout", "1h")));
            Books.await(this::failed, List::isEmpty, "the right value is accepted");
            assertEquals("first", ask(socket));
        }
        ServiceRegistration<ConnectionHandler> second = register("second", Map.of("case", "configured"));
        first.unregister();
        awaitAnswer("second");
        configuration.delete();
        Books.await(() -> ask(port), String::isEmpty, "the port is free");
        assertEquals(List.of(), runtime().listeners());
        second.unregister();
    }
}
