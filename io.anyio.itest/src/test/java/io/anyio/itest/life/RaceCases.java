package io.anyio.itest.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.propagateSystemProperties;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.task.EventLoop;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import io.anyio.itest.exam.Reactor;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.owner.Board;
import io.anyio.itest.user.EchoServer;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Services that come, change and go, clients, bundles that stop, start, are updated and refreshed, and configurations
 * that change, all at the same time: run in each framework, on each backend. After each round nothing is left, the port
 * is free, and a server can be had on it at once. The seed is in each failure; {@code -Danyio.races.rounds} and
 * {@code -Danyio.races.seed} ask for more and for the same again.
 */
abstract class RaceCases {
    static final String ECHO = "user.echo";
    private static final String SCR = "org.apache.felix.scr";
    private static final int ROUNDS = Integer.getInteger("anyio.races.rounds", 12);
    private static final long PATIENCE_SECONDS = 60;
    private static final List<String> BEFALLEN = List.of("io.anyio.net", "io.anyio.impl", SCR, ECHO);

    @Inject
    BundleContext context;

    @Inject
    ConfigurationAdmin configurations;

    private final long seed = Long.getLong("anyio.races.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Board board;
    private int port;

    /** What a thread does in a round; decided before, so that a seed says what. */
    private interface Step {
        void run() throws Exception;
    }

    /** Options of each framework. */
    static Option needed() {
        UserBundle echo = UserBundle.of(ECHO, EchoServer.class);
        return composite(
                Reactor.bundles("io.anyio.api", "io.anyio.impl", "io.anyio.net", "org.apache.felix.configadmin"),
                Reactor.declarativeServices(), propagateSystemProperties("anyio.races.rounds", "anyio.races.seed"),
                echo,
                echo.version("2.0.0"));
    }

    abstract String backend();

    @BeforeEach
    void open(TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", backend());
        board = new Board(context);
        UserBundle.start(context, ECHO);
        port = Ports.free();
    }

    @AfterEach
    void close() throws Exception {
        startAll();
        bundle(ECHO).uninstall();
        board.close();
    }

    @Test @Proves("OW-45")
    void nothingIsLeftWhateverComesWhen() throws Exception {
        assertEquals(backend(), context.getService(context.getServiceReference(EventLoop.class)).backend());
        settle();
        serveOnce();
        settle();
        Books before = Books.now();
        for (int round = 0; round < ROUNDS; round++) {
            String what = "seed " + seed + ", round " + round;
            List<String> done = new ArrayList<>();
            try {
                List<Step> actors = new ArrayList<>(
                        List.of(services(done), bundles(done), configurations(done), clients()));
                for (int i = 0; i < 3; i++) {
                    ServiceRegistration<ConnectionHandler> shared = register(
                            Map.of("anyio.tcp.port", 0, "anyio.tcp.host", "127.0.0.1"));
                    actors.add(changes(shared));
                    actors.add(end(shared));
                }
                together(actors);
                settle();
                before.awaitReturn();
                serveOnce();
                settle();
                before.awaitReturn();
            } catch (Throwable e) {
                throw new AssertionError(what + ": " + done, e);
            }
        }
    }

    private static void together(List<Step> actors) throws Exception {
        CyclicBarrier start = new CyclicBarrier(actors.size());
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (Step actor : actors) {
            FutureTask<Void> task = new FutureTask<>(() -> {
                start.await();
                actor.run();
                return null;
            });
            tasks.add(task);
            Thread.ofPlatform().daemon().name("race").start(task);
        }
        for (FutureTask<Void> task : tasks) {
            task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    // ---- the actors

    private Step services(List<String> done) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Map<String, Object> properties = new HashMap<>(
                    Map.of("anyio.tcp.host", "127.0.0.1", "service.ranking", random.nextInt(3)));
            properties.put("anyio.tcp.port", random.nextInt(4) == 0 ? 0 : random.nextInt(8) == 0 ? "wrong" : port);
            all.add(properties);
        }
        done.add("services " + all);
        return () -> {
            ServiceRegistration<ConnectionHandler> one = register(all.get(0));
            ServiceRegistration<ConnectionHandler> two = register(all.get(1));
            one.setProperties(FrameworkUtil.asDictionary(all.get(2)));
            two.unregister();
            two = register(all.get(3));
            two.setProperties(FrameworkUtil.asDictionary(all.get(4)));
            one.unregister();
            two.setProperties(FrameworkUtil.asDictionary(all.get(5)));
            two.unregister();
        };
    }

    /** Each change has the server opened anew, while another thread ends the service. */
    private Step changes(ServiceRegistration<ConnectionHandler> shared) {
        return () -> {
            try {
                for (int backlog = 1; backlog < 100; backlog++) {
                    shared.setProperties(FrameworkUtil.asDictionary(
                            Map.of("anyio.tcp.port", 0, "anyio.tcp.host", "127.0.0.1", "anyio.tcp.backlog", backlog)));
                }
            } catch (IllegalStateException e) {
                // it was ended
            }
        };
    }

    private Step end(ServiceRegistration<ConnectionHandler> shared) {
        long moment = TimeUnit.MILLISECONDS.toNanos(random.nextInt(20));
        return () -> {
            LockSupport.parkNanos(moment);
            shared.unregister();
        };
    }

    /** What may happen to a bundle that runs; it runs again in the end. */
    private enum Fate {
        RESTARTED {
            @Override
            void befall(Bundle bundle, BundleContext context) throws BundleException {
                bundle.stop();
                bundle.start();
            }
        },
        UPDATED {
            @Override
            void befall(Bundle bundle, BundleContext context) throws Exception {
                // the user's has another version each time, the others a new revision of the same
                String location = bundle.getSymbolicName().equals(ECHO)
                        ? UserBundle.location(ECHO, bundle.getVersion().getMajor() == 1 ? "2.0.0" : "1.0.0")
                        : bundle.getLocation();
                try (InputStream content = URI.create(location).toURL().openStream()) {
                    bundle.update(content);
                }
                if (bundle.getSymbolicName().equals(SCR)) {
                    // bundles that are wired to the former revision get no components from the new one
                    refresh(bundle, context);
                }
            }
        },
        REFRESHED {
            @Override
            void befall(Bundle bundle, BundleContext context) throws InterruptedException {
                refresh(bundle, context);
            }
        };

        abstract void befall(Bundle bundle, BundleContext context) throws Exception;
    }

    /** Also if it runs: the framework stops it, and whatever is wired to it, and starts them again. */
    private static void refresh(Bundle bundle, BundleContext context) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        assertTrue(refreshed.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private Step bundles(List<String> done) {
        List<Map.Entry<String, Fate>> fates = random.ints(random.nextInt(3), 0, BEFALLEN.size())
                .mapToObj(i -> Map.entry(BEFALLEN.get(i), Fate.values()[random.nextInt(Fate.values().length)]))
                .toList();
        done.add("bundles " + fates);
        return () -> {
            for (Map.Entry<String, Fate> fate : fates) {
                Bundle bundle = bundle(fate.getKey());
                bundle.start();
                fate.getValue().befall(bundle, context);
            }
        };
    }

    /** Handlers are at work while their server, their bundle or ours goes. */
    private Step clients() {
        return () -> {
            List<Socket> held = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                for (ListenerDTO listener : listeners()) {
                    try {
                        held.add(new Socket(InetAddress.getByName("127.0.0.1"), listener.port()));
                    } catch (IOException e) {
                        // it has gone again
                    }
                }
                LockSupport.parkNanos(1_000_000);
            }
            for (Socket socket : held) {
                socket.close();
            }
        };
    }

    private List<ListenerDTO> listeners() {
        try {
            ServiceReference<WhiteboardRuntime> reference = context.getServiceReference(WhiteboardRuntime.class);
            WhiteboardRuntime runtime = reference == null ? null : context.getService(reference);
            return runtime == null ? List.of() : runtime.listeners();
        } catch (IllegalStateException e) {
            return List.of();
        }
    }

    private Step configurations(List<String> done) {
        List<Map<String, Object>> echo = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            echo.add(Map.of("anyio.tcp.port", random.nextInt(3) == 0 ? "0" : random.nextInt(6) == 0 ? "wrong" : port));
        }
        List<Object> graces = List.of(500 + random.nextInt(500), random.nextBoolean() ? "soon" : "600", 2000L);
        done.add("configures " + echo + " " + graces);
        return () -> {
            for (Map<String, Object> properties : echo) {
                configurations.getConfiguration("echo.server", "?").update(FrameworkUtil.asDictionary(properties));
            }
            for (Object grace : graces) {
                configurations.getConfiguration("io.anyio.impl.owners", "?")
                        .update(FrameworkUtil.asDictionary(Map.of("grace.millis", grace)));
            }
            configurations.getConfiguration("echo.server", "?").delete();
        };
    }

    // ---- between the rounds

    private ServiceRegistration<ConnectionHandler> register(Map<String, Object> properties) {
        ConnectionHandler handler = stream -> stream.send("here".getBytes(UTF_8));
        return context.registerService(ConnectionHandler.class, handler, FrameworkUtil.asDictionary(properties));
    }

    /** All bundles run but the user's. */
    private void settle() throws Exception {
        startAll();
        bundle(ECHO).stop();
    }

    private void startAll() throws Exception {
        for (String name : List.of(SCR, "io.anyio.impl", "io.anyio.net", ECHO)) {
            bundle(name).start();
        }
    }

    private void serveOnce() throws Exception {
        ServiceRegistration<ConnectionHandler> registration = register(
                Map.of("anyio.tcp.port", port, "anyio.tcp.host", "127.0.0.1"));
        Books.await(this::ask, "here"::equals, "The port " + port + " answers");
        registration.unregister();
        assertEquals("", ask());
    }

    private String ask() {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private Bundle bundle(String name) {
        return Stream.of(context.getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName())).findFirst()
                .orElseThrow();
    }
}
