package io.anyio.itest.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Connectable;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.DatagramHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.EventLoop;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsContext;
import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.Reactor;
import io.anyio.itest.table.Keys;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;

/** Servers, clients and their keys that configurations make: run in each framework. */
abstract class ConfiguredCases extends LifeStage {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static SSLContext trusting;

    private final List<Configuration> made = new ArrayList<>();
    private final List<ServiceRegistration<?>> registered = new ArrayList<>();
    private EventLoop loop;

    @BeforeEach
    void openLoop(TestReporter reporter) {
        loop = context.getServiceObjects(context.getServiceReference(EventLoop.class)).getService();
        reporter.publishEntry("anyio.backend", loop.backend());
    }

    @AfterEach
    void deleteAll() throws IOException {
        for (Configuration configuration : made) {
            configuration.delete();
        }
        registered.forEach(ServiceRegistration::unregister);
        context.getServiceObjects(context.getServiceReference(EventLoop.class)).ungetService(loop);
        Books.await(() -> runtime().listeners().size() + runtime().failedListeners().size(), left -> left == 0,
                "Nothing is served");
    }

    private Configuration configure(String pid, Object... values) throws IOException {
        int tilde = pid.indexOf('~');
        Configuration configuration = tilde < 0
                ? configurations.getConfiguration(pid, "?")
                : configurations.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
        if (!made.contains(configuration)) {
            made.add(configuration);
        }
        configuration.update(FrameworkUtil.asDictionary(map(values)));
        return configuration;
    }

    private void delete(Configuration configuration) throws IOException {
        made.remove(configuration);
        configuration.delete();
    }

    private static Map<String, Object> map(Object... values) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            map.put((String) values[i], values[i + 1]);
        }
        return map;
    }

    private <S> ServiceRegistration<S> provide(Class<S> type, S service, Object... properties) {
        ServiceRegistration<S> registration = context.registerService(type, service,
                FrameworkUtil.asDictionary(map(properties)));
        registered.add(registration);
        return registration;
    }

    private Connectable connectable(String name) {
        List<ServiceReference<Connectable>> found = Books.await(() -> references(name), all -> all.size() == 1,
                "There is a connectable " + name);
        return context.getServiceObjects(found.getFirst()).getService();
    }

    private List<ServiceReference<Connectable>> references(String name) {
        try {
            return List.copyOf(
                    context.getServiceReferences(Connectable.class, "(" + Connectable.NAME + "=" + name + ")"));
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The containers: the same bundles in each framework. */
    static Option[] in(Framework kind) {
        return options(kind,
                Reactor.bundles("io.anyio.api", "io.anyio.impl", "io.anyio.net", "io.anyio.tls",
                        "org.apache.felix.configadmin"),
                Reactor.declarativeServices(), Reactor.carrierFlags(), bundles());
    }

    /** The file with a key for localhost, and the one that trusts it. */
    private static void makeStores() throws Exception {
        if (trusting != null) {
            return;
        }
        trusting = Keys.make(folder);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate(keys.aliases().nextElement()));
        try (OutputStream out = Files.newOutputStream(folder.resolve("trusted.p12"))) {
            trusted.store(out, PASSWORD.toCharArray());
        }
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private void serveSecurely() throws Exception {
        makeStores();
        configure("io.anyio.tls.context~web", "keyStore", file("keys.p12"), "keyStorePassword", PASSWORD);
        configure("io.anyio.net.listener~secure", "handler.target", "(case=secure)", "anyio.tcp.port", port,
                "anyio.tcp.host", "127.0.0.1", "anyio.tcp.tls", "web");
        provide(ConnectionHandler.class, stream -> {
            for (byte[] _ : stream) {
                stream.send(stream.attribute(TlsAttribute.TLS_VERSION).getBytes(UTF_8));
            }
        }, "case", "secure");
        Books.await(() -> runtime().listeners().size(), count -> count == 1, "It is served");
    }

    private String askSecurely(Connectable connectable) throws IOException {
        return loop.call(() -> AnyIO.failAfter(Duration.ofSeconds(20), () -> {
            try (SocketStream stream = connectable.connect()) {
                stream.send("?".getBytes(UTF_8));
                return new String(stream.receive(), UTF_8);
            }
        }));
    }

    @Test @Proves({"CF-01", "CF-02", "CF-16"})
    void aClientMeetsAServerByConfigurationsAlone() throws Exception {
        serveSecurely();
        configure("io.anyio.tls.context~peer", "trustStore", file("trusted.p12"), "trustStorePassword", PASSWORD);
        Configuration client = configure("io.anyio.net.connect~server", "host", "localhost", "port",
                Integer.toString(port), "tls", "peer", "timeout", "20s");
        Connectable connectable = connectable("server");
        Books.await(() -> contexts().size(), count -> count == 2, "There are both contexts");
        assertEquals("TLSv1.3", askSecurely(connectable));
        configure("io.anyio.tls.context~peer", "trustStore", file("trusted.p12"), "trustStorePassword", PASSWORD,
                "protocols", "TLSv1.2");
        Books.await(() -> {
            try {
                return askSecurely(connectable);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }, "TLSv1.2"::equals, "The changed context is used");
        delete(client);
        Books.await(() -> references("server").size(), count -> count == 0, "There is no connectable");
    }

    private List<ServiceReference<TlsContext>> contexts() {
        try {
            return List.copyOf(context.getServiceReferences(TlsContext.class, null));
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** A delayed component would be activated for each connection, if what it uses were given back at once. */
    @Test @Proves("CF-18")
    void aConnectableHoldsItsContextUntilThatGoes() throws Exception {
        serveSecurely();
        configure("io.anyio.net.connect~holding", "host", "localhost", "port", port, "tls", "counted");
        Connectable connectable = connectable("holding");
        AtomicInteger got = new AtomicInteger();
        AtomicInteger released = new AtomicInteger();
        ServiceRegistration<?> counted = context.registerService(TlsContext.class, new ServiceFactory<TlsContext>() {
            @Override
            public TlsContext getService(Bundle bundle, ServiceRegistration<TlsContext> registration) {
                got.incrementAndGet();
                return () -> trusting;
            }

            @Override
            public void ungetService(Bundle bundle, ServiceRegistration<TlsContext> registration, TlsContext service) {
                released.incrementAndGet();
            }
        }, FrameworkUtil.asDictionary(Map.of(TlsContext.NAME, "counted")));
        for (int i = 0; i < 3; i++) {
            assertEquals("TLSv1.3", askSecurely(connectable));
        }
        assertEquals(1, got.get());
        assertEquals(0, released.get());
        counted.unregister();
        assertEquals(1, released.get());
        IllegalStateException missing = assertThrows(IllegalStateException.class,
                () -> askSecurely(connectable));
        assertTrue(missing.getMessage().contains("no TLS context 'counted'"), missing::getMessage);
    }

    @Test
    void aConfigurationServesDatagrams() throws Exception {
        configure("io.anyio.net.listener~datagrams", "handler.target", "(case=datagrams)", "anyio.udp.port", port,
                "anyio.udp.host", "127.0.0.1");
        provide(DatagramHandler.class, (packet, socket) -> socket.send(packet), "case", "datagrams");
        Books.await(() -> runtime().listeners().size(), count -> count == 1, "It is served");
        assertEquals("udp://127.0.0.1:" + port, runtime().listeners().getFirst().endpoint());
        try (DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            client.send(new DatagramPacket("hello".getBytes(UTF_8), 5, InetAddress.getByName("127.0.0.1"), port));
            DatagramPacket reply = new DatagramPacket(new byte[10], 10);
            client.receive(reply);
            assertEquals("hello", new String(reply.getData(), 0, reply.getLength(), UTF_8));
        }
    }

    @Test
    void aTargetChoosesAmongWhiteboardsByTheirConfiguration() throws Exception {
        provide(ConnectionHandler.class, stream -> stream.send("chosen".getBytes(UTF_8)), "anyio.tcp.port", port,
                "anyio.tcp.host", "127.0.0.1", "anyio.whiteboard.target", "(stage=test)");
        assertEquals(0, runtime().listeners().size() + failed().size());
        Configuration whiteboard = configure("io.anyio.net.whiteboard", "stage", "test");
        awaitAnswer("chosen");
        delete(whiteboard);
        Books.await(() -> ask(port), String::isEmpty, "The whiteboard that remains is not meant");
    }
}
