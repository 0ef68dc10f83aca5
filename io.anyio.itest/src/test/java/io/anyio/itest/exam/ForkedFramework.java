package io.anyio.itest.exam;

import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.OptionUtils.combine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.engine.UniqueId;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.ops4j.pax.exam.TestAddress;
import org.ops4j.pax.exam.TestContainer;
import org.ops4j.pax.exam.TestContainerException;
import org.ops4j.pax.exam.forked.ForkedTestContainer;
import org.ops4j.pax.exam.spi.DefaultExamSystem;

/** A framework in a process of its own that contains the probe and what the options of one test class ask for. */
final class ForkedFramework implements AutoCloseable {

    private final TestContainer container;

    private ForkedFramework(TestContainer container) {
        this.container = container;
    }

    /** Forks a framework with the options of {@code testClass} and starts the probe in it. */
    static ForkedFramework boot(Class<?> testClass) throws Exception {
        refuseForeignJavaHome();
        var configured = ContainerOptions.configured(testClass);
        var bundles = OptionUtils.filter(UserBundle.class, configured);
        var frameworks = OptionUtils.filter(Framework.class, configured);
        var options = new ArrayList<Option>(
                List.of(OptionUtils.remove(Framework.class, OptionUtils.remove(UserBundle.class, configured))));
        var directory = Files.createTempDirectory(Files.createDirectories(Path.of("target").toAbsolutePath()), "exam-");
        for (var bundle : bundles) {
            options.add(vmOption("-D" + bundle.key() + "=" + UserBundleBuilder.build(bundle, directory).toUri()));
        }
        // Not createTestSystem: it provisions by mvn: links, which need a local repository and may download.
        var system = DefaultExamSystem
                .create(combine(options.toArray(Option[]::new), ContainerOptions.needed(directory)));
        // Not PaxExamRuntime.createContainer: it takes any framework that is on the class path.
        var factory = (frameworks.length == 0 ? Framework.FELIX : frameworks[0]).factory();
        var framework = new ForkedFramework(new ForkedTestContainer(system, factory));
        try {
            framework.container.start();
            framework.container.installProbe(new ByteArrayInputStream(ProbeJar.of(testClass, List.of(bundles))));
            return framework;
        } catch (Throwable failure) {
            try (framework) {
                throw failure;
            }
        }
    }

    /** Runs tests inside and passes on what is reported of them, until they have ended or the process has. */
    void run(List<UniqueId> tests, ConfigurationParameters parameters, Consumer<Event> events) throws Throwable {
        var ids = new ArrayList<String>();
        tests.forEach(test -> ids.add(Replay.withEngine("junit-jupiter", test).toString()));
        var values = new HashMap<String, String>();
        parameters.keySet().forEach(key -> parameters.get(key).ifPresent(value -> values.put(key, value)));
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var call = new FutureTask<Void>(() -> {
                // Closing wakes accept() when the probe could not be called.
                try (server) {
                    container.call(new ProbeAddress(server.getLocalPort(), ids, values));
                }
                return null;
            });
            Thread.ofPlatform().name("pax-exam-call").start(call);
            try {
                receive(server, events);
            } catch (IOException e) {
                throw failureOf(call).orElseGet(
                        () -> new TestContainerException("The framework's process ended before its tests", e));
            }
            failureOf(call).ifPresent(failure -> { throw new TestContainerException(failure); });
        }
    }

    private static void receive(ServerSocket server, Consumer<Event> events)
            throws IOException, ClassNotFoundException {
        try (var socket = server.accept(); var in = new ObjectInputStream(socket.getInputStream())) {
            Event event;
            do {
                event = (Event) in.readObject();
                events.accept(event);
            } while (!(event instanceof Event.End));
        }
    }

    private static Optional<Throwable> failureOf(Future<?> call) throws InterruptedException {
        try {
            call.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(e.getCause());
        }
    }

    /**
     * Pax Exam prefers {@code JAVA_HOME} to the JDK that runs the tests, and waits for a minute for a process that
     * cannot start.
     */
    private static void refuseForeignJavaHome() throws IOException {
        var configured = System.getenv("JAVA_HOME");
        var running = System.getProperty("java.home");
        if (configured != null
                && !(Files.exists(Path.of(configured)) && Files.isSameFile(Path.of(configured), Path.of(running)))) {
            throw new TestContainerException(
                    "JAVA_HOME is %s, but the tests run on %s: unset it for the tests".formatted(configured, running));
        }
    }

    @Override
    public void close() {
        container.stop();
    }

    /** Where {@link Probe} is called, and with what. */
    private record ProbeAddress(int port, ArrayList<String> ids, HashMap<String, String> parameters)
            implements TestAddress {

        @Override
        public String identifier() {
            return Probe.SIGNATURE;
        }

        @Override
        public String caption() {
            return ids.toString();
        }

        @Override
        public TestAddress root() {
            return this;
        }

        @Override
        public Object[] arguments() {
            return new Object[]{port, ids, parameters};
        }
    }
}
