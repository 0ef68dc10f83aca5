package io.anyio.itest.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.owner.Board;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Services that come, change and go, bundles that stop, start and are refreshed, and configurations that change, all at
 * the same time: run in each framework. After each round nothing is left, the port is free, and a server can be had on
 * it at once. The seed is in each failure; {@code -Danyio.races.rounds} and {@code -Danyio.races.seed} ask for more and
 * for the same again.
 */
abstract class RaceCases {
    static final String ECHO = "user.echo";
    private static final int ROUNDS = Integer.getInteger("anyio.races.rounds", 12);
    private static final long PATIENCE_SECONDS = 60;
    private static final List<String> RESTARTED = List.of("io.anyio.net", "io.anyio.impl", "org.apache.felix.scr",
            ECHO);

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

    @BeforeEach
    void open() throws Exception {
        board = new Board(context);
        UserBundle.start(context, ECHO);
        port = LifeCases.freePort();
    }

    @AfterEach
    void close() throws Exception {
        startAll();
        bundle(ECHO).uninstall();
        board.close();
    }

    @Test
    void nothingIsLeftWhateverComesWhen() throws Exception {
        settle();
        serveOnce();
        settle();
        Books before = Books.now();
        for (int round = 0; round < ROUNDS; round++) {
            String what = "seed " + seed + ", round " + round;
            List<String> done = new ArrayList<>();
            try {
                List<Step> actors = new ArrayList<>(List.of(services(done), bundles(done), configurations(done)));
                for (int i = 0; i < 3; i++) {
                    ServiceRegistration<ConnectionHandler> shared = register(
                            Map.of("anyio.tcp.port", 0, "anyio.tcp.host", "127.0.0.1"));
                    actors.add(changes(shared));
                    actors.add(end(shared));
                }
                together(actors);
                settle();
                Books.await(Books::now, now -> now.isWithin(before), "Nothing is left, as " + before);
                serveOnce();
                settle();
                Books.await(Books::now, now -> now.isWithin(before), "Nothing is left of a server, as " + before);
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

    private Step bundles(List<String> done) {
        List<String> names = random.ints(random.nextInt(3), 0, RESTARTED.size()).mapToObj(RESTARTED::get).toList();
        boolean refreshes = random.nextInt(4) == 0;
        done.add((refreshes ? "refreshes " : "restarts ") + names);
        return () -> {
            for (String name : names) {
                Bundle bundle = bundle(name);
                bundle.stop();
                if (refreshes) {
                    CountDownLatch refreshed = new CountDownLatch(1);
                    context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle),
                            _ -> refreshed.countDown());
                    refreshed.await();
                }
                bundle.start();
            }
        };
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
        for (String name : List.of("org.apache.felix.scr", "io.anyio.impl", "io.anyio.net", ECHO)) {
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
