package io.anyio.tls.osgi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateEncodingException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLKeyException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes by contexts that configurations make. */
class ConfiguredHandshakeTest {
    @TempDir
    private static Path folder;
    private static Path keys;
    private static Path others;
    private static Path trusted;
    private static Path several;
    private static Path allTrusted;
    private static SSLContext trusting;

    private final AtomicLong clock = new AtomicLong();

    /** The thread of each time that a context has asked for the time, which it does to look; null for a task. */
    private final List<Optional<Thread>> looks = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = KeyFiles.key(folder.resolve("keys.p12"), "localhost", "EC");
        others = KeyFiles.key(folder.resolve("others.p12"), "localhost", "EC");
        trusted = KeyFiles.trust(KeyFiles.trust(folder.resolve("trusted.p12"), keys, "localhost"), others,
                "localhost");
        several = folder.resolve("several.p12");
        allTrusted = folder.resolve("all trusted.p12");
        Map<String, String> kinds = new LinkedHashMap<>();
        List.of("localhost", "one.example", "two.example").forEach(name -> kinds.put(name, "EC"));
        kinds.put("three.example", "RSA");
        kinds.put("four.example", "Ed25519");
        kinds.put("*.wild.example", "EC");
        for (Map.Entry<String, String> kind : kinds.entrySet()) {
            KeyFiles.key(several, kind.getKey(), kind.getValue());
            KeyFiles.trust(allTrusted, several, kind.getKey());
        }
        trusting = new ConfiguredHandshakeTest()
                .configured("trustStore", trusted, "trustStorePassword", KeyFiles.PASSWORD).sslContext();
        // the JDK's first use takes long on a busy machine, longer than a loop should
        trusting.createSSLEngine();
    }

    private TlsContext context(Object... configuration) {
        return AnyIO.runInWorkerThread(() -> configured(configuration));
    }

    private TlsContext configured(Object... configuration) {
        Map<String, Object> all = new HashMap<>(Map.of("service.pid", "io.anyio.tls.context~test"));
        for (int i = 0; i < configuration.length; i += 2) {
            all.put((String) configuration[i], configuration[i + 1].toString());
        }
        Registry registry = new Registry();
        new ConfiguredContext(registry.context, () -> {
            looks.add(TaskContext.currentOrNull() == null ? Optional.of(Thread.currentThread()) : Optional.empty());
            return clock.get();
        }).configure(all);
        return registry.service;
    }

    private TlsContext server(Path file, Object... more) {
        Object[] all = new Object[more.length + 4];
        System.arraycopy(more, 0, all, 4, more.length);
        all[0] = "keyStore";
        all[1] = file;
        all[2] = "keyStorePassword";
        all[3] = KeyFiles.PASSWORD;
        return context(all);
    }

    private TlsContext client() {
        return context("trustStore", trusted, "trustStorePassword", KeyFiles.PASSWORD);
    }

    /** Both ends of a session; the test has the client's. */
    private record Ends(TlsStream client, TlsStream server) {}

    private static void connect(TlsContext server, TlsContext client, UnaryOperator<TlsOptions> options,
            BlockWith<Ends, IOException> test) throws IOException {
        connect(_ -> server.listener(TlsListenerOptions.DEFAULT).session(), client, options, test);
    }

    private static void connect(UnaryOperator<TlsOptions> server, TlsContext client, UnaryOperator<TlsOptions> options,
            BlockWith<Ends, IOException> test) throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams transport = AnyIO.createMemoryByteStreams(1 << 16)) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<TlsStream> accepted = group.spawn("server", () -> tls.wrap(transport.second(), server));
                TlsStream stream = tls.wrap(transport.first(),
                        o -> options.apply(client.client(o.hostname("localhost"))));
                test.run(new Ends(stream, accepted.await()));
                group.cancel();
            });
        }
    }

    private static byte[] certificate(TlsContext server, TlsContext client) throws IOException {
        AtomicReference<byte[]> bytes = new AtomicReference<>();
        connect(server, client, o -> o, ends -> bytes.set(encoded(ends.client())));
        return bytes.get();
    }

    private static byte[] encoded(TlsStream stream) {
        try {
            return stream.attribute(TlsAttribute.PEER_CERTIFICATE).getEncoded();
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    @AnyioTest @Proves("CF-02")
    void serverAndClientUseTheirStoresAndProtocols() throws Exception {
        connect(server(keys, "protocols", "TLSv1.2"), client(), o -> o, ends -> {
            assertEquals("TLSv1.2", ends.client().attribute(TlsAttribute.TLS_VERSION));
            ends.client().send(new byte[]{7});
            assertArrayEquals(new byte[]{7}, ends.server().receive());
        });
    }

    @AnyioTest @Proves("CF-02")
    void whoTrustsNothingOfThisTrustsWhatTheJvmDoes() {
        ExceptionGroup errors = assertThrows(ExceptionGroup.class,
                () -> connect(server(keys), context(), o -> o, _ -> {}));
        assertTrue(errors.getMessage().contains("PKIX path building failed"), errors.getMessage());
    }

    @AnyioTest @Proves("CF-02")
    void aClientHasToHaveACertificateIfTheConfigurationSaysSo() throws Exception {
        TlsContext server = server(keys, "trustStore", trusted, "trustStorePassword", KeyFiles.PASSWORD,
                "clientAuthentication", "needed");
        TlsContext known = server(others, "trustStore", trusted, "trustStorePassword", KeyFiles.PASSWORD);
        connect(server, known, o -> o, ends -> assertEquals("CN=localhost", ends.server()
                .attribute(TlsAttribute.PEER_CERTIFICATE).getSubjectX500Principal().getName()));
        assertThrows(Exception.class, () -> connect(server, client(), o -> o, ends -> ends.client().receive()));
    }

    @AnyioTest @Proves("CF-09")
    void aChangedFileIsUsedByNewHandshakesAndOldConnectionsStay() throws Exception {
        Path file = Files.copy(keys, folder.resolve("rotating.p12"), StandardCopyOption.REPLACE_EXISTING);
        TlsContext server = server(file);
        connect(server, client(), o -> o, ends -> {
            byte[] before = encoded(ends.client());
            Path fresh = Files.copy(others, folder.resolve("fresh.p12"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            assertArrayEquals(before, certificate(server, client()), "files are looked at once a second");
            clock.addAndGet(1_000_000_000);
            assertNotEquals(HexFormat.of().formatHex(before),
                    HexFormat.of().formatHex(certificate(server, client())));
            ends.client().send(new byte[]{7});
            assertArrayEquals(new byte[]{7}, ends.server().receive());
        });
    }

    @AnyioTest @Proves("CF-11")
    void filesAreLookedAtInWorkerThreadsWhenAHandshakeBegins() throws Exception {
        TlsContext server = server(keys);
        TlsContext client = () -> trusting;
        looks.clear();
        server.sslContext();
        TlsOptions options = server.listener(TlsListenerOptions.DEFAULT).session();
        assertEquals(List.of(), looks, "a task does not look");
        connect(_ -> options, client, o -> o, _ -> {});
        assertNotEquals(List.of(), looks);
        assertFalse(looks.contains(Optional.empty()), "never in a task");
        looks.clear();
        AnyIO.runInWorkerThread(server::sslContext);
        assertNotEquals(List.of(), looks, "a thread without a task looks");
    }

    @AnyioTest @Proves("CF-06")
    void handshakesWithoutKeysFailWithTheReasonUntilThereAreSome() throws Exception {
        Path file = folder.resolve("late.p12");
        Files.deleteIfExists(file);
        TlsContext server = server(file);
        TlsOptions options = server.listener(TlsListenerOptions.DEFAULT).session();
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams transport = AnyIO.createMemoryByteStreams(1 << 16)) {
            SSLKeyException error = assertThrows(SSLKeyException.class,
                    () -> tls.wrap(transport.second(), _ -> options));
            assertTrue(error.getMessage().contains("The TLS context 'test' has no keys"), error.getMessage());
            assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
        }
        Files.copy(keys, file);
        clock.addAndGet(1_000_000_000);
        connect(_ -> options, client(), o -> o, ends -> {
            ends.client().send(new byte[]{7});
            assertArrayEquals(new byte[]{7}, ends.server().receive());
        });
    }

    /** The last entry of each kind: the first one is what a key manager takes that does not look at names. */
    @AnyioTest @Proves("CF-12")
    void theServerNameChoosesAmongSeveralKeys() throws Exception {
        TlsContext server = server(several);
        for (String name : List.of("one.example", "two.example", "three.example", "four.example", "localhost")) {
            assertEquals("CN=" + name, subject(server, name), name);
        }
        assertEquals("CN=any.wild.example", subject(server, "some.wild.example"));
    }

    @AnyioTest @Proves("CF-13")
    void withoutAServerNameThatOneOfThemHasAnyKeyIsUsed() throws Exception {
        TlsContext server = server(several);
        assertTrue(subject(server, "other.example").startsWith("CN="));
        assertTrue(subject(server, "").startsWith("CN="));
    }

    /** Whom the server says it is; the client asks for a name, and checks nothing. */
    private String subject(TlsContext server, String name) throws IOException {
        AtomicReference<String> subject = new AtomicReference<>();
        TlsContext client = context("trustStore", allTrusted, "trustStorePassword", KeyFiles.PASSWORD);
        connect(server, client, o -> o.parameters(parameters -> {
            parameters.setEndpointIdentificationAlgorithm(null);
            parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        }), ends -> subject.set(ends.client().attribute(TlsAttribute.PEER_CERTIFICATE).getSubjectX500Principal()
                .getName()));
        return subject.get();
    }
}
