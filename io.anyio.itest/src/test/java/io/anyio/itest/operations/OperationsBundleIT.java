package io.anyio.itest.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.itest.exam.EmbeddedFramework;
import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.owner.Board;
import io.anyio.itest.user.EchoServer;
import io.anyio.itest.user.Failing;
import io.anyio.itest.user.ThrowsAfterSpawn;
import io.anyio.proof.Proves;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** The bundle for the tools of operators, with and without their libraries, in each framework. */
@Timeout(120)
class OperationsBundleIT {
    private static final String[] OURS = {"org.jspecify.jspecify", "org.osgi.util.function", "org.osgi.util.promise",
            "org.osgi.service.component", "org.apache.felix.scr", "org.apache.felix.configadmin", "io.anyio.api",
            "io.anyio.impl", "io.anyio.net", "io.anyio.operations"};
    private static final String[] MICROMETER = {"micrometer-commons", "micrometer-observation", "micrometer-core"};
    private static final String[] CHECKS = {"org.ops4j.pax.logging.pax-logging-api",
            "org.apache.felix.healthcheck.api"};
    private static final String BINDER = "io.micrometer.core.instrument.binder.MeterBinder";
    private static final String CHECK = "org.apache.felix.hc.api.HealthCheck";
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    /** Equinox has a log of its own, in a file. */
    private static final Map<String, String> LOG_ON_CONSOLE = Map.of("eclipse.consoleLog", "true");

    /** The last one is a warning or an error of Equinox. */
    private static final Pattern COMPLAINT = Pattern.compile("ERROR|WARN\\b|NoClassDefFound|!ENTRY \\S+ [24] ");

    private final PrintStream console = System.out;
    private final PrintStream errors = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Logger log = Logger.getLogger("");
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                logged.add(entry.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path directory;

    /** Declarative Services print their log to both streams; ours is that of the JDK. */
    @BeforeEach
    void listen() {
        PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        log.addHandler(listening);
    }

    @AfterEach
    void complainsOfNothing() {
        log.removeHandler(listening);
        System.setOut(console);
        System.setErr(errors);
        assertEquals("", complaints());
        assertEquals(List.of(), logged);
    }

    private String complaints() {
        return printed.toString(StandardCharsets.UTF_8).lines().filter(line -> COMPLAINT.matcher(line).find())
                .collect(Collectors.joining("\n"));
    }

    /** Otherwise the silence of the other tests would show nothing. */
    @ParameterizedTest @EnumSource
    void complaintsAreHeard(Framework kind) throws Exception {
        try (EmbeddedFramework framework = boot(kind); Board _ = new Board(framework.context())) {
            framework.start(UserBundle.of("user.fails", ThrowsAfterSpawn.class, Failing.class), directory);
            while (logged.isEmpty()) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        assertTrue(complaints().contains("user.fails"), complaints());
        assertEquals(List.of("The task 'fails' of user.fails failed"), logged);
        printed.reset();
        logged.clear();
    }

    private EmbeddedFramework boot(Framework kind, String[]... before) throws Exception {
        return new EmbeddedFramework(kind, directory, LOG_ON_CONSOLE,
                Stream.concat(Arrays.stream(before), Stream.<String[]>of(OURS)).flatMap(Arrays::stream)
                        .toArray(String[]::new));
    }

    private static Object figure(String name) throws Exception {
        return SERVER.getAttribute(new ObjectName("io.anyio:type=Loops"), name);
    }

    private static Bundle bundle(EmbeddedFramework framework, String name) {
        return Arrays.stream(framework.context().getBundles()).filter(one -> name.equals(one.getSymbolicName()))
                .findFirst().orElseThrow();
    }

    /** The methods of an object whose class the test does not know, by a public type that it has. */
    private static Object call(Object target, Class<?> type, String method, Object... arguments) throws Exception {
        return Arrays.stream(type.getMethods())
                .filter(one -> one.getName().equals(method) && one.getParameterCount() == arguments.length).findFirst()
                .orElseThrow().invoke(target, arguments);
    }

    @ParameterizedTest @EnumSource @Proves({"OP-32", "OP-33", "OP-39"})
    void withoutTheOtherLibrariesJmxHasTheFigures(Framework kind) throws Exception {
        try (EmbeddedFramework framework = boot(kind); Board _ = new Board(framework.context())) {
            Bundle operations = bundle(framework, "io.anyio.operations");
            assertEquals(Bundle.ACTIVE, operations.getState());
            assertEquals(0, figure("Listeners"));
            framework.start(UserBundle.of("user.echo", EchoServer.class), directory);
            assertEquals(1, figure("Listeners"));
            assertEquals(1, figure("Loops"));
            bundle(framework, "io.anyio.net").stop();
            assertEquals(0, figure("Listeners"), "the whiteboard may go");
            operations.stop();
            assertEquals(Set.of(), SERVER.queryNames(new ObjectName("io.anyio:*"), null));
            operations.start();
            assertEquals(0, figure("FailedListeners"));
        }
        assertEquals(Set.of(), SERVER.queryNames(new ObjectName("io.anyio:*"), null));
    }

    @ParameterizedTest @EnumSource @Proves({"OP-36", "OP-37", "OP-39"})
    void micrometerGetsMetersWithoutHealthChecks(Framework kind) throws Exception {
        try (EmbeddedFramework framework = boot(kind, MICROMETER)) {
            Object binder = framework.context()
                    .getService(framework.context().getAllServiceReferences(BINDER, null)[0]);
            assertNotNull(binder);
            Bundle core = bundle(framework, "micrometer-core");
            Class<?> type = core.loadClass("io.micrometer.core.instrument.MeterRegistry");
            Object registry = core.loadClass("io.micrometer.core.instrument.simple.SimpleMeterRegistry")
                    .getConstructor().newInstance();
            call(binder, core.loadClass(BINDER), "bindTo", registry);
            assertEquals(13, ((List<?>) call(registry, type, "getMeters")).size());
            bundle(framework, "io.anyio.operations").stop();
            assertEquals(List.of(), call(registry, type, "getMeters"));
            call(registry, type, "close");
        }
    }

    @ParameterizedTest @EnumSource @Proves({"OP-38", "OP-39"})
    void healthChecksWorkWithoutMicrometer(Framework kind) throws Exception {
        try (EmbeddedFramework framework = boot(kind, CHECKS)) {
            Bundle api = bundle(framework, "org.apache.felix.healthcheck.api");
            Set<Object> names = new TreeSet<>();
            for (ServiceReference<?> reference : framework.context().getAllServiceReferences(CHECK,
                    "(hc.tags=anyio)")) {
                Object result = call(framework.context().getService(reference), api.loadClass(CHECK), "execute");
                assertEquals(true, call(result, api.loadClass("org.apache.felix.hc.api.Result"), "isOk"));
                names.add(reference.getProperty("hc.name"));
            }
            assertEquals(Set.of("AnyIO failed listeners", "AnyIO saturated limiters", "AnyIO stalled loops",
                    "AnyIO stragglers"), names);
        }
    }

    @ParameterizedTest @EnumSource @Proves("OP-40")
    void itNeedsNothingButTheApiAndDeclarativeServices(Framework kind) throws Exception {
        try (EmbeddedFramework framework = boot(kind)) {
            List<BundleRequirement> packages = bundle(framework, "io.anyio.operations").adapt(BundleRevision.class)
                    .getDeclaredRequirements(BundleRevision.PACKAGE_NAMESPACE);
            Set<String> needed = packages.stream()
                    .filter(one -> !"optional".equals(one.getDirectives().get(Constants.RESOLUTION_DIRECTIVE)))
                    .map(one -> one.getDirectives().get("filter"))
                    .map(filter -> filter.replaceAll(".*osgi\\.wiring\\.package=([^)]*)\\).*", "$1"))
                    .filter(one -> !one.startsWith("io.anyio.api.")).collect(Collectors.toSet());
            assertEquals(Set.of(), needed.stream().filter(one -> !one.startsWith("org.osgi.")).collect(
                    Collectors.toSet()), packages.toString());
            assertTrue(packages.stream().anyMatch(one -> one.toString().contains("io.micrometer.core.instrument")));
        }
    }
}
