package io.anyio.net.whiteboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsContext;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.whiteboard.FakeFramework.Service;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.lang.Thread.State;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceEvent;

/**
 * Whatever the order in which events and threads come: in the end there is a server for each service that is there, and
 * none else.
 */
@Timeout(60)
class WhiteboardRacesTest {
    private final FakeFramework framework = new FakeFramework();
    private final Queue<Owner> opened = new ConcurrentLinkedQueue<>();
    private final HolderOwners holders;
    private final Board whiteboard;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final Logger log = Logger.getLogger("user.bundle");
    private int port;

    @TempDir
    private Path folder;

    WhiteboardRacesTest(String backend) {
        holders = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(20), LoopOptions.DEFAULT.backend(backend));
        Owners owners = (String service, Holder holder) -> {
            Owner owner = holders.open(service, holder);
            opened.add(owner);
            return owner;
        };
        whiteboard = new Board(framework.context, owners, Map.of());
    }

    @BeforeEach
    void open() throws Exception {
        log.setFilter(_ -> false);
        whiteboard.open();
        port = freePort();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        log.setFilter(null);
        whiteboard.close();
        assertEquals(0, framework.handlersInUse.get());
        for (Owner owner : opened) {
            assertTrue(owner.isStopping(), "each owner was closed");
        }
        for (int tried : List.of(port, port + 1)) {
            new ServerSocket(tried, 1, InetAddress.getByName("127.0.0.1")).close();
        }
        holders.close();
    }

    /** Two of them, below the range from which the system takes ports by itself. */
    private static int freePort() throws IOException {
        for (int candidate = 12_000 + (int) (System.nanoTime() % 9_000);; candidate += 2) {
            try (ServerSocket _ = new ServerSocket(candidate, 1, InetAddress.getByName("127.0.0.1"));
                    ServerSocket _ = new ServerSocket(candidate + 1, 1, InetAddress.getByName("127.0.0.1"))) {
                return candidate;
            } catch (IOException e) {
                if (candidate > 30_000) {
                    throw e;
                }
            }
        }
    }

    private Map<String, Object> on(int where, int ranking) {
        return Map.of("anyio.tcp.port", where, "anyio.tcp.host", "127.0.0.1", "service.ranking", ranking);
    }

    private static ConnectionHandler answering(String answer) {
        return stream -> stream.send(answer.getBytes(UTF_8));
    }

    private Service service(String answer) {
        return framework.service(answering(answer), on(port, 0));
    }

    /** Its handler is made when the test says so. */
    private Service slowService() {
        return framework.new Service(() -> {
            asked.countDown();
            awaitGoOn();
            return answering("slow");
        }, on(port, 0));
    }

    private void awaitGoOn() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private FutureTask<Void> inAThread(Runnable step) {
        FutureTask<Void> task = new FutureTask<>(step, null);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static Socket connect(int where) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), where);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String ask(int where) {
        try (Socket socket = connect(where)) {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    // ---- one event overtakes another

    @EachBackend
    void aServiceThatGoesWhileItsServerIsOpenedIsClosedByWhoOpenedIt() throws Exception {
        Service service = slowService();
        FutureTask<Void> opening = inAThread(service::register);
        asked.await();
        service.unregister();
        goOn.countDown();
        opening.get();
        assertEquals("", ask(port));
        assertEquals(List.of(), whiteboard.listeners());
    }

    @EachBackend
    void aWhiteboardThatGoesWhileAServerIsOpenedLeavesNone() throws Exception {
        Service service = slowService();
        FutureTask<Void> opening = inAThread(service::register);
        asked.await();
        Thread closing = Thread.ofPlatform().start(whiteboard::close);
        Stage.await(() -> List.of(State.TIMED_WAITING, State.TERMINATED).contains(closing.getState()));
        assertEquals(State.TIMED_WAITING, closing.getState(), "it waits for the thread that opens the server");
        goOn.countDown();
        closing.join();
        assertEquals("", ask(port));
        assertEquals(0, framework.handlersInUse.get());
        opening.get();
    }

    @EachBackend
    void propertiesThatChangeWhileAServerIsOpenedAreFollowed() throws Exception {
        Service service = slowService();
        FutureTask<Void> opening = inAThread(service::register);
        asked.await();
        FutureTask<Void> modifying = inAThread(() -> service.modify(on(port + 1, 0)));
        goOn.countDown();
        opening.get();
        modifying.get();
        assertEquals("slow", ask(port + 1));
        assertEquals("", ask(port));
        service.unregister();
    }

    /** The thread that retires a server has not yet seen that another one ends all of them. */
    @EachBackend
    void aServerThatIsStoppedWhileItRetiresReleasesItsHandler() throws Exception {
        Service service = framework.service(stream -> {
            for (byte[] received : stream) {
                stream.send(received);
            }
        }, Map.of()).register();
        Object configuration = new Object();
        whiteboard.configured(configuration, configured(port, port + 1));
        try (Socket first = connect(port); Socket second = connect(port + 1)) {
            assertEquals("?", Stage.ask(first));
            assertEquals("?", Stage.ask(second));
            log.setFilter(entry -> {
                if (entry.getMessage().contains(port + 1 + " listens no more")) {
                    asked.countDown();
                    awaitGoOn();
                }
                return false;
            });
            FutureTask<Void> retiring = inAThread(() -> whiteboard.configured(configuration, configured(0)));
            asked.await();
            whiteboard.deleted(configuration);
            opened.forEach(Owner::close);
            goOn.countDown();
            retiring.get();
        }
        assertEquals(0, framework.handlersInUse.get());
        service.unregister();
    }

    private static Map<String, Object> configured(int... ports) {
        return Map.of("handler.target", "(service.id=*)", "anyio.tcp.host", "127.0.0.1", "anyio.tcp.port", ports);
    }

    @EachBackend
    void anUpdateThatComesAfterTheEndOpensNothing() {
        Service service = service("late").register();
        service.deliver(ServiceEvent.UNREGISTERING);
        service.deliver(ServiceEvent.MODIFIED);
        service.deliver(ServiceEvent.REGISTERED);
        assertEquals("", ask(port));
        service.unregistered();
        service.deliver(ServiceEvent.MODIFIED);
        assertEquals("", ask(port));
    }

    @EachBackend
    void anEndThatComesBeforeTheBeginningIsTheEnd() {
        Service service = service("never");
        service.deliver(ServiceEvent.UNREGISTERING);
        service.register();
        assertEquals("", ask(port));
        service.unregistered();
    }

    // ---- who gets a port

    @EachBackend
    void aHandlerWhoseMakingThrowsIsOneFailedListener() {
        Service broken = framework.new Service(() -> {
            throw new NoClassDefFoundError("of a bundle that was refreshed");
        }, on(port, 9)).register();
        assertTrue(whiteboard.failedListeners().getFirst().reason().contains("refreshed"));
        broken.unregister();
        assertEquals(List.of(), whiteboard.failedListeners());
    }

    // ---- what must not matter

    @EachBackend
    void anInterruptDoesNotCutTheEndShort() {
        service("here").register();
        Thread.currentThread().interrupt();
        whiteboard.close();
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), opened.stream().filter(owner -> !owner.isStopping()).toList());
        assertEquals("", ask(port));
        assertEquals(0, framework.handlersInUse.get());
    }

    @EachBackend
    void aLogThatThrowsChangesNothing() {
        log.setFilter(_ -> {
            throw new NoClassDefFoundError("of a log that was refreshed");
        });
        Service service = service("here").register();
        Service shadowed = service("not here").register();
        Service wrong = framework.service(answering("wrong"), Map.of("anyio.tcp.port", "wrong")).register();
        assertEquals("here", ask(port));
        service.unregister();
        assertEquals("not here", ask(port));
        shadowed.unregister();
        assertEquals(1, whiteboard.failedListeners().size());
        wrong.unregister();
        assertEquals(0, framework.handlersInUse.get());
    }

    // ---- everything at once

    @EachBackend @Proves("WB-47")
    void whateverTheOrderNothingIsLeft() throws Exception {
        long seed = Long.getLong("anyio.races.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            List<Service> services = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                services.add(framework.service(answering("any"), on(port + random.nextInt(2), random.nextInt(3))));
            }
            List<FutureTask<Void>> threads = new ArrayList<>();
            for (Service service : services) {
                Map<String, Object> changed = on(port + random.nextInt(2), random.nextInt(3));
                threads.add(inAThread(service::register));
                threads.add(inAThread(() -> service.modify(changed)));
                if (random.nextBoolean()) {
                    threads.add(inAThread(service::unregister));
                }
            }
            for (FutureTask<Void> thread : threads) {
                thread.get();
            }
            String what = "seed " + seed + ", round " + round;
            // a port that is tried again may be taken between two looks
            Stage.await(what,
                    () -> services.stream().filter(framework.services::contains).allMatch(this::isReported));
            assertGoneIsNotReported(services, what);
            services.forEach(Service::unregister);
            assertEquals(List.of(), whiteboard.listeners(), what);
            assertEquals(0, framework.handlersInUse.get(), what);
        }
    }

    /** What a service may want; all of it on two ports and one path. */
    private Map<String, Object> anything(Random random) {
        Map<String, Object> properties = new HashMap<>(on(port + random.nextInt(2), random.nextInt(3)));
        switch (random.nextInt(7)) {
            case 0 -> properties.put("anyio.tcp.port", new int[]{port, port + 1});
            case 1 -> properties.put("anyio.tcp.tls", "public");
            case 2 -> {
                properties.put("anyio.unix.path", folder.resolve("s").toString());
                properties.put("anyio.unix.deleteAtClose", true);
            }
            case 3 -> properties.put("anyio.tcp.maxConnections", 1 + random.nextInt(2));
            case 4 -> properties.put("anyio.tcp.hots", "wrong");
            case 5 -> properties.put("service.scope", "prototype");
            default -> {
                properties.remove("anyio.tcp.port");
                properties.put("anyio.tcp.port", 0);
            }
        }
        return properties;
    }

    private boolean isReported(Service service) {
        return Stream.concat(whiteboard.listeners().stream().map(one -> one.serviceId()),
                whiteboard.failedListeners().stream().map(one -> one.serviceId()))
                .anyMatch(service.properties().get("service.id")::equals);
    }

    private void assertGoneIsNotReported(List<Service> services, String what) {
        assertTrue(services.stream().filter(each -> !framework.services.contains(each)).noneMatch(this::isReported),
                what);
    }

    @EachBackend @Proves("WB-47")
    void whateverIsWantedAndComesAndGoesNothingIsLeft() throws Exception {
        long seed = Long.getLong("anyio.races.seed", System.nanoTime());
        Random random = new Random(seed);
        TlsContext keys = () -> {
            throw new IllegalStateException("made by a test");
        };
        Tls tls = (Tls) Proxy.newProxyInstance(Tls.class.getClassLoader(), new Class<?>[]{Tls.class},
                (_, _, _) -> null);
        for (int round = 0; round < 40; round++) {
            String what = "seed " + seed + ", round " + round;
            List<Service> services = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                services.add(framework.service(answering("any"), anything(random)));
            }
            Service provider = framework.service(Tls.class, tls, Map.of());
            Service named = framework.service(TlsContext.class, keys, Map.of(TlsContext.NAME, "public"));
            Object configuration = new Object();
            Map<String, Object> configured = new HashMap<>(anything(random));
            configured.put("handler.target", "(service.ranking=" + random.nextInt(3) + ")");
            List<FutureTask<Void>> threads = new ArrayList<>(List.of(inAThread(provider::register),
                    inAThread(named::register), inAThread(() -> whiteboard.configured(configuration, configured)),
                    inAThread(() -> {
                        ask(port);
                        ask(port + 1);
                    })));
            for (Service service : services) {
                Map<String, Object> one = anything(random);
                Map<String, Object> other = anything(random);
                threads.add(inAThread(service::register));
                threads.add(inAThread(() -> {
                    service.modify(one);
                    service.modify(other);
                }));
                if (random.nextBoolean()) {
                    threads.add(inAThread(service::unregister));
                }
            }
            threads.add(inAThread(random.nextBoolean() ? named::unregister : provider::unregister));
            for (FutureTask<Void> thread : threads) {
                thread.get();
            }
            // a port that is tried again may be taken between two looks
            Stage.await(what,
                    () -> services.stream().filter(framework.services::contains).allMatch(this::isReported));
            assertGoneIsNotReported(services, what);
            services.forEach(Service::unregister);
            whiteboard.deleted(configuration);
            named.unregister();
            provider.unregister();
            assertEquals(List.of(), whiteboard.listeners(), what);
            assertEquals(List.of(), whiteboard.failedListeners(), what);
            Stage.await(what, () -> framework.handlersInUse.get() == 0);
            assertFalse(Files.exists(folder.resolve("s")), what);
        }
    }

    @EachBackend @Proves("WB-36")
    void aPrototypeWhoseBundleStopsWithinAConnectionIsReleasedOnce() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Map<String, Object> properties = new HashMap<>(on(port, 0));
        properties.put("service.scope", "prototype");
        Service service = framework.service(stream -> {
            try {
                stream.send("here".getBytes(UTF_8));
                stream.receive();
            } finally {
                ended.countDown();
            }
        }, properties).register();
        try (Socket socket = connect(port)) {
            assertEquals('h', socket.getInputStream().read());
            assertEquals(1, framework.handlersInUse.get());
            framework.state = Bundle.STOPPING;
            FutureTask<Void> ending = inAThread(() -> opened.forEach(Owner::close));
            service.unregister();
            ending.get();
            ended.await();
        } finally {
            framework.state = Bundle.ACTIVE;
        }
        assertEquals(0, framework.handlersInUse.get());
        assertEquals("", ask(port));
    }
}
