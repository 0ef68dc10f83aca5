package io.anyio.itest.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.itest.life.Books;
import io.anyio.itest.load.Tuning.Change;
import io.anyio.itest.load.Tuning.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.osgi.framework.BundleException;
import org.osgi.service.cm.ConfigurationAdmin;

/** From all bundles stopped to all stopped again, with clients in between; decided by a seed. */
final class Round {
    private static final Duration AT_MOST = Duration.ofSeconds(30);
    private static final String OPERATIONS = "io.anyio.operations";
    private static final int PATIENCE_SECONDS = 60;
    private static final int SPREAD_MILLIS = 40;
    /** Of so many seeds in a row one stops the framework. */
    private static final int FRAMEWORK_STOPS_IN = 2;

    private final LoadStage stage;
    private final Lines lines;
    private final RandomGenerator random;
    private final int connections;
    private final List<Duration> waits;
    private final boolean frameworkStops;
    private final long begun = System.nanoTime();
    private final List<String> told = new ArrayList<>();

    /** What a round has to do with. */
    record Lines(int plainPort, int securePort, Path keys, SSLContext trusting, Tally tally) {
        Tuning tuning() {
            return new Tuning(plainPort, securePort, keys);
        }

        Socket plain() throws IOException {
            return new Socket(InetAddress.getByName("127.0.0.1"), plainPort);
        }

        /** The handshake comes with the first byte. */
        Socket secure() throws IOException {
            Socket plain = new Socket(InetAddress.getByName("127.0.0.1"), securePort);
            return trusting.getSocketFactory().createSocket(plain, "localhost", securePort, true);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Adds to {@code waits} how long it takes after each start until both bundles serve. */
    Round(LoadStage stage, Lines lines, long seed, int connections, List<Duration> waits) {
        this.stage = stage;
        this.lines = lines;
        this.random = new SplittableRandom(seed);
        this.frameworkStops = Math.floorMod(seed, FRAMEWORK_STOPS_IN) == 0;
        this.connections = connections;
        this.waits = waits;
    }

    /** Nothing is left but what was there before; whether the framework still runs. */
    boolean run(Books before) throws Exception {
        List<String> order = order();
        told("start " + order);
        Set<Target> _ = changing(() -> stage.start(order));
        awaitServed();
        try (Crowd crowd = new Crowd(lines::plain, lines::secure)) {
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                crowd.fill(connections);
                befall(crowd);
            }
            crowd.fill(connections);
            if (frameworkStops) {
                stopFramework();
            } else {
                Set<Target> _ = changing(this::stopAll);
            }
            told("stopped");
            assertFree(lines.plainPort(), lines.securePort());
            crowd.awaitEnd();
        }
        assertEquals(0, lines.tally().tasks());
        before.awaitReturn();
        told("nothing is left");
        return !frameworkStops;
    }

    private void befall(Crowd crowd) throws Exception {
        String bundle = LoadStage.BUNDLES.get(random.nextInt(LoadStage.BUNDLES.size()));
        Fate fate = Fate.values()[random.nextInt(Fate.values().length)];
        told(bundle + " is " + fate);
        List<Integer> before = List.of(crowd.sizeOver(false), crowd.sizeOver(true));
        Set<Target> changed = changing(() -> stage.befall(bundle, fate));
        awaitServed();
        crowd.settle();
        List<Integer> after = List.of(crowd.sizeOver(false), crowd.sizeOver(true));
        told("of the connections " + before + " these go on: " + after);
        boolean spared = bundle.equals(OPERATIONS);
        if (spared || bundle.equals(LoadStage.PLAIN)) {
            assertEquals(before.getLast(), after.getLast(), "The connections over TLS go on");
        }
        if ((spared || bundle.equals(LoadStage.SECURE)) && !changed.contains(Target.COMPONENT)) {
            assertEquals(before.getFirst(), after.getFirst(), "The plain connections go on");
        }
        Books.await(lines.tally()::tasks, Integer.valueOf(crowd.size())::equals, "As many tasks as connections");
    }

    private void stopAll() throws Exception {
        List<String> order = order();
        told("stop " + order);
        Set<String> stopped = new LinkedHashSet<>();
        for (String name : order) {
            stage.stop(name);
            stopped.add(name);
            boolean ours = stopped.contains("io.anyio.net") || stopped.contains("io.anyio.impl");
            if (ours || stopped.contains(LoadStage.PLAIN)) {
                assertFree(lines.plainPort());
            }
            if (ours || stopped.contains(LoadStage.SECURE)) {
                assertFree(lines.securePort());
            }
        }
    }

    /** While bundles stop. */
    private void stopFramework() throws Exception {
        List<String> order = order();
        long moment = TimeUnit.MILLISECONDS.toNanos(random.nextInt(SPREAD_MILLIS));
        told("stop " + order + " and after " + moment + " ns the framework");
        FutureTask<Void> stops = begin(() -> {
            for (String name : order) {
                try {
                    stage.stop(name);
                } catch (BundleException | IllegalStateException e) {
                    // the framework stops
                }
            }
        });
        LockSupport.parkNanos(moment);
        stage.stopFramework();
        stage.awaitStop();
        stops.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Does it while configurations change, which are at rest in the end; tells which. */
    private Set<Target> changing(Step step) throws Exception {
        ConfigurationAdmin configurations = stage.configurations();
        List<Change> changes = lines.tuning().decide(random);
        long pause = TimeUnit.MILLISECONDS.toNanos(random.nextInt(SPREAD_MILLIS));
        told("meanwhile, each after " + pause + " ns, " + changes);
        Set<Target> touched = new LinkedHashSet<>();
        changes.forEach(change -> touched.add(change.target()));
        FutureTask<Void> tuner = begin(() -> {
            for (Change change : changes) {
                LockSupport.parkNanos(pause);
                lines.tuning().make(change, configurations);
            }
            lines.tuning().rest(touched, configurations);
        });
        step.run();
        tuner.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return touched;
    }

    private static FutureTask<Void> begin(Step step) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            step.run();
            return null;
        });
        Thread.ofPlatform().daemon().name("round").start(task);
        return task;
    }

    private void awaitServed() throws Exception {
        long begin = System.nanoTime();
        awaitServed(lines::plain, LoadStage.PLAIN);
        awaitServed(lines::secure, LoadStage.SECURE);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        told("served after " + took);
        waits.add(took);
        stage.awaitConfigurations();
        awaitServed(lines::plain, LoadStage.PLAIN);
        awaitServed(lines::secure, LoadStage.SECURE);
        assertTrue(took.compareTo(AT_MOST) < 0, () -> "The present version serves after " + took);
    }

    private void awaitServed(Client.Dialer dialer, String name) {
        int letter = stage.letter(name);
        Books.await(() -> {
            try (Socket socket = dialer.dial()) {
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
                socket.getOutputStream().write('?');
                return (Object) socket.getInputStream().read();
            } catch (IOException e) {
                return e;
            }
        }, Integer.valueOf(letter)::equals, name + " answers " + letter);
    }

    private static void assertFree(int... ports) throws Exception {
        for (int port : ports) {
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                // nobody else has it
            } catch (IOException e) {
                throw new AssertionError("Port " + port + " is free", e);
            }
        }
    }

    private List<String> order() {
        List<String> order = new ArrayList<>(LoadStage.BUNDLES);
        Collections.shuffle(order, random);
        return order;
    }

    void told(String what) {
        told.add("%d ms: %s".formatted((System.nanoTime() - begun) / 1_000_000, what));
    }

    @Override
    public String toString() {
        return String.join("\n  ", told);
    }
}
