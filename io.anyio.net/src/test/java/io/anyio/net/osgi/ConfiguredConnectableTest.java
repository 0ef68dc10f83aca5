package io.anyio.net.osgi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.Connectable;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.Block;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TimedOutException;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.tcp.LogWatch;
import io.anyio.proof.Proves;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** What a configuration publishes, and to whom its connections belong. */
class ConfiguredConnectableTest {
    private static final String PID = "io.anyio.net.connect~db";

    private final HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(5));
    private final Owner owner = owners.open("Test", new Holder(7, "user.bundle", null, () -> false));
    private final LogWatch log = new LogWatch();
    private PrototypeServiceFactory<Connectable> factory;
    private Dictionary<?, ?> properties;

    private final ServiceRegistration<?> registration = fake(ServiceRegistration.class,
            (_, method, arguments) -> {
                if (method.getName().equals("unregister")) {
                    factory = null;
                } else {
                    properties = (Dictionary<?, ?>) arguments[0];
                }
                return null;
            });
    private final BundleContext context = fake(BundleContext.class, (_, method, arguments) -> switch (method
            .getName()) {
        case "registerService" -> register(arguments);
        case "getServiceReferences" -> List.of();
        default -> throw new UnsupportedOperationException(method.getName());
    });
    private final Bundle user = fake(Bundle.class, (_, method, _) -> switch (method.getName()) {
        case "getState" -> Bundle.ACTIVE;
        case "getBundleId" -> 7L;
        case "getSymbolicName" -> "user.bundle";
        case "getBundleContext" -> context;
        case "adapt" -> null;
        default -> throw new UnsupportedOperationException(method.getName());
    });
    private final ConfiguredConnectable component = new ConfiguredConnectable(context, owners);

    @SuppressWarnings("unchecked")
    private Object register(Object... arguments) {
        factory = (PrototypeServiceFactory<Connectable>) arguments[1];
        properties = (Dictionary<?, ?>) arguments[2];
        return registration;
    }

    @AfterEach
    void release() {
        log.close();
        owner.close();
    }

    private void configure(Object... values) {
        Map<String, Object> configuration = new HashMap<>(Map.of("service.pid", PID, "component.id", 3L));
        for (int i = 0; i < values.length; i += 2) {
            configuration.put((String) values[i], values[i + 1]);
        }
        component.configure(configuration);
    }

    private void refused(List<String> parts, Object... values) {
        log.records().clear();
        configure(values);
        assertNull(factory);
        assertEquals(1, log.records().size());
        for (String part : parts) {
            assertTrue(log.text().contains(part), log.text());
        }
    }

    private Connectable get() {
        return factory.getService(user, null);
    }

    private void inATask(Block<Exception> block) throws Exception {
        owner.call(() -> {
            block.run();
            return null;
        });
    }

    @Test @Proves("CF-16")
    void aConfigurationIsAServiceWithTheNameOfItsPid() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            configure("host", "127.0.0.1", "port", Integer.toString(server.getLocalPort()));
            assertEquals("db", properties.get(Connectable.NAME));
            assertEquals(PID, properties.get("service.pid"));
            Connectable connectable = get();
            assertNotSame(connectable, get());
            inATask(() -> {
                try (SocketStream stream = connectable.connect()) {
                    stream.send(new byte[]{7});
                }
            });
            assertArrayEquals(new byte[]{7}, server.accept().getInputStream().readAllBytes());
        }
        configure("host", "a", "port", 1, Connectable.NAME, "other");
        assertEquals("other", properties.get(Connectable.NAME));
        component.withdraw();
        assertNull(factory);
    }

    @Test @Proves("CF-17")
    void whatItOpensBelongsToItsUser() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            configure("host", "127.0.0.1", "port", server.getLocalPort());
            Connectable connectable = get();
            inATask(connectable::connect);
            factory.ungetService(user, null, connectable);
            assertEquals(-1, server.accept().getInputStream().read());
            assertThrows(LoopClosedException.class, () -> inATask(connectable::connect));
        }
    }

    @Test @Proves("CF-18")
    void theTimeoutLimitsTheConnection() throws Exception {
        configure("host", "127.0.0.1", "port", 1, "timeout", "1ms", "tls", "web");
        assertTrue(assertThrows(IllegalStateException.class, () -> inATask(get()::connect)).getMessage()
                .contains("no TLS context 'web'"));
        // nobody answers: the queue of one is full
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            configure("host", "127.0.0.1", "port", server.getLocalPort(), "timeout", "200ms");
            Connectable connectable = get();
            assertThrows(TimedOutException.class, () -> inATask(() -> {
                for (int i = 0; i < 10; i++) {
                    connectable.connect();
                }
            }));
        }
    }

    @Test @Proves("CF-19")
    void whatIsWrongIsNoServiceAndAllIsNamedAtOnce() {
        refused(List.of("The key hots is unknown: use", "The key host is missing"), "hots", "a", "port", 1);
        refused(List.of("port is '70000': give a whole number 1..65535", "timeout is 'soon': give a duration"), "host",
                "a", "port", "70000", "timeout", "soon");
        refused(List.of("port is missing"), "host", "a");
        refused(List.of("path is given beside host"), "host", "a", "path", "/a");
        refused(List.of("path is 'a': give an absolute path"), "path", "a");
        refused(List.of("tls is 'web', but a path"), "path", "/a", "tls", "web");
    }

    @Test @Proves("CF-19")
    void aWrongModificationKeepsTheLastGoodValues() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            configure("host", "127.0.0.1", "port", server.getLocalPort());
            configure("host", "", "port", 1, Connectable.NAME, "other");
            assertEquals("db", properties.get(Connectable.NAME));
            assertTrue(log.text().contains("as it was"), log.text());
            inATask(get()::connect);
            server.accept().close();
        }
    }

    @Test @Proves("CF-19")
    void theAnnotationTypeHasTheKeysThatAreKnown() {
        assertEquals(new TreeSet<>(List.of(Connectable.NAME, "host", "port", "path", "tls", "timeout")),
                new TreeSet<>(Arrays.stream(ConnectConfiguration.class.getDeclaredMethods()).map(Method::getName)
                        .map(name -> name.replace('_', '.')).toList()));
    }

    private static <T> T fake(Class<T> type, InvocationHandler behaviour) {
        return type.cast(Proxy.newProxyInstance(ConfiguredConnectableTest.class.getClassLoader(), new Class<?>[]{type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> behaviour.invoke(proxy, method, arguments);
                }));
    }
}
