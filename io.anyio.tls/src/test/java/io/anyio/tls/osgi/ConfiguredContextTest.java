package io.anyio.tls.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.tls.ClientCertificate;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.proof.Proves;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration publishes, and what it does not. */
class ConfiguredContextTest {
    private static final long SECOND = 1_000_000_000;
    private static final String PID = "io.anyio.tls.context~web";

    @TempDir
    private static Path folder;
    private static Path keys;
    private static Path others;
    private static Path trusted;

    private final Registry registry = new Registry();
    private final LogWatch log = new LogWatch();
    private final AtomicLong clock = new AtomicLong();
    private final ConfiguredContext component = new ConfiguredContext(registry.context, clock::get);

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = KeyFiles.key(folder.resolve("keys.p12"), "localhost", "EC");
        others = KeyFiles.key(folder.resolve("others.p12"), "localhost", "EC");
        trusted = KeyFiles.trust(folder.resolve("trusted.p12"), keys, "localhost");
    }

    @AfterEach
    void unwatch() {
        log.close();
    }

    private static Map<String, Object> with(Object... more) {
        Map<String, Object> configuration = new HashMap<>(Map.of("service.pid", PID, "service.factoryPid",
                "io.anyio.tls.context", "component.name", "x", ".private", "y", "felix.fileinstall.filename", "z",
                "keyStore", keys.toString(), "keyStorePassword", KeyFiles.PASSWORD));
        for (int i = 0; i < more.length; i += 2) {
            if (more[i + 1] == null) {
                configuration.remove(more[i]);
            } else {
                configuration.put((String) more[i], more[i + 1]);
            }
        }
        return configuration;
    }

    private String refused(Object... more) {
        component.configure(with(more));
        assertNull(registry.service);
        List<String> errors = log.errors();
        assertEquals(1, errors.size(), errors.toString());
        assertFalse(errors.getFirst().contains("sesame"), errors.getFirst());
        assertTrue(errors.getFirst().contains(PID), errors.getFirst());
        return errors.getFirst();
    }

    private static void assertNames(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test @Proves({"CF-01", "CF-03"})
    void aConfigurationIsAServiceWithTheNameOfItsPidAndWithoutItsPassword() {
        component.configure(with());
        assertEquals(Map.of("service.pid", PID, TlsContext.NAME, "web", "service.ranking", 0), registry.properties);
        component.configure(with(TlsContext.NAME, "mail", "SERVICE.RANKING", "7"));
        assertEquals(Map.of("service.pid", PID, TlsContext.NAME, "mail", "service.ranking", 7), registry.properties);
        assertEquals(List.of(), log.errors());
        component.withdraw();
        assertNull(registry.service);
        assertEquals(1, registry.registrations);
    }

    private static SSLParameters parameters(TlsOptions options) {
        SSLParameters parameters = new SSLParameters();
        options.parameters().accept(parameters);
        return parameters;
    }

    @Test @Proves("CF-02")
    void protocolsAndClientAuthenticationAreThoseOfTheConfiguration() {
        component.configure(with("trustStore", trusted.toString(), "trustStorePassword", KeyFiles.PASSWORD,
                "protocols", new String[]{"TLSv1.3", "TLSv1.2"}, "clientAuthentication", "NEEDED"));
        SSLParameters server = parameters(registry.service.listener(TlsListenerOptions.DEFAULT).session());
        assertTrue(server.getNeedClientAuth());
        assertEquals(List.of("TLSv1.3", "TLSv1.2"), List.of(server.getProtocols()));
        SSLParameters client = parameters(registry.service.client(TlsOptions.DEFAULT.parameters(
                own -> own.setProtocols(new String[]{"TLSv1.2"}))));
        assertEquals(List.of("TLSv1.2"), List.of(client.getProtocols()), "a user's own parameters count last");
        assertFalse(client.getNeedClientAuth());
        component.configure(with("trustStore", trusted.toString(), "trustStorePassword", KeyFiles.PASSWORD,
                "clientAuthentication", "wanted"));
        server = parameters(registry.service.listener(TlsListenerOptions.DEFAULT).session());
        assertTrue(server.getWantClientAuth());
        assertFalse(server.getNeedClientAuth());
        component.configure(with("clientAuthentication", "none"));
        TlsOptions own = registry.service
                .listener(TlsListenerOptions.DEFAULT.session(o -> o.clientCertificate(ClientCertificate.WANTED)))
                .session();
        assertEquals(ClientCertificate.WANTED, own.clientCertificate(), "a user's own choice stays");
        assertFalse(parameters(own).getNeedClientAuth());
    }

    @Test @Proves("CF-04")
    void aPasswordMayBeTheFirstLineOfAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), KeyFiles.PASSWORD + "\r\n");
        component.configure(with("keyStorePassword", null, "keyStorePasswordFile", file.toString()));
        assertNotNull(registry.service);
        component.withdraw();
        Files.writeString(file, "\n");
        assertNames(unusable("keyStorePassword", null, "keyStorePasswordFile", file.toString()),
                "keyStorePasswordFile", file.toString(), "write the password");
        Files.writeString(file, "sesame");
        assertNames(unusable("keyStorePassword", null, "keyStorePasswordFile", file.toString()),
                "keyStorePasswordFile", file.toString(), "does not open");
    }

    @Test @Proves("CF-05")
    void anUnknownKeyIsNoService() {
        assertNames(refused("keystore.password", "sesame"), "keystore.password", "is unknown", "keyStorePassword");
        assertNames(refused("anyio.tls.nam", "x"), "anyio.tls.nam", "is unknown", TlsContext.NAME);
    }

    @Test @Proves("CF-05")
    void aValueThatIsNotUnderstoodIsNoServiceAndAllAreNamedAtOnce() {
        assertNames(refused("protocols", "TLSv1.3,SSLv9", "clientAuthentication", "perhaps", "keyStoreType", "P12",
                "service.ranking", "high", "trustStore", List.of("a", "b")),
                "protocols is 'TLSv1.3,SSLv9': give some of TLSv1",
                "clientAuthentication is 'perhaps': give one of none",
                "keyStoreType is 'P12': give one of", "service.ranking is 'high': give a whole number",
                "trustStore is '[a, b]': give the path of a file, one only");
    }

    @Test @Proves("CF-05")
    void valuesThatContradictEachOtherAreNoService() throws IOException {
        Path file = Files.writeString(folder.resolve("other password"), "sesame");
        assertNames(refused("keyStorePassword", "sesame", "keyStorePasswordFile", file.toString()),
                "keyStorePassword and keyStorePasswordFile", "leave one out");
        assertNames(refused("trustStorePassword", "sesame"), "trustStorePassword", "without trustStore");
        assertNames(refused("clientAuthentication", "needed"), "clientAuthentication is 'needed'", "trustStore");
    }

    /** The problem of a context without keys, which is what its handshakes fail with. */
    private String unusable(Object... more) {
        component.configure(with(more));
        List<String> errors = log.errors();
        assertEquals(1, errors.size(), errors.toString());
        assertFalse(errors.getFirst().contains("sesame"), errors.getFirst());
        assertNames(errors.getFirst(), "'web' has no keys");
        String thrown = assertThrows(IllegalStateException.class, registry.service::sslContext).getMessage();
        component.withdraw();
        assertTrue(errors.getFirst().endsWith(thrown.substring(thrown.indexOf(": "))), thrown);
        return thrown;
    }

    @Test @Proves({"CF-03", "CF-06"})
    void aContextWhoseFilesCannotBeUsedHasNoKeys() throws Exception {
        assertNames(unusable("keyStore", folder.resolve("none.p12").toString()), "keyStore", "none.p12",
                "cannot be read", "give a file");
        assertNames(unusable("keyStore", folder.toString()), "keyStore", folder.toString(), "cannot be read");
        assertNames(unusable("keyStorePassword", "sesame"), "keyStorePassword", keys.toString(), "does not open");
        assertNames(unusable("trustStore", trusted.toString(), "trustStorePassword", "sesame"), "trustStorePassword",
                trusted.toString(), "does not open");
        Path text = Files.writeString(folder.resolve("text"), "not a key store");
        assertNames(unusable("keyStore", text.toString()), "keyStore", text.toString(), "PKCS12", "keyStoreType");
        assertNames(unusable("keyStore", trusted.toString()), "keyStore", trusted.toString(), "has no private key");
        assertNames(unusable("keyStorePassword", null), "keyStore");
        assertNames(unusable("trustStore", trusted.toString()), "trustStore", "trustStorePassword");
    }

    /** Such as a secret that is mounted after the configuration has come. */
    @Test @Proves("CF-06")
    void aFileThatComesLaterIsUsedASecondLater() throws Exception {
        Path file = folder.resolve("late.p12");
        component.configure(with("keyStore", file.toString()));
        assertEquals(1, log.errors().size());
        TlsContext service = registry.service;
        assertEquals("web", registry.properties.get(TlsContext.NAME));
        for (int i = 0; i < 3; i++) {
            clock.addAndGet(SECOND);
            assertThrows(IllegalStateException.class, service::sslContext);
        }
        assertEquals(List.of(), log.errors(), "the same problem is logged once");
        Files.copy(keys, file);
        clock.addAndGet(SECOND - 1);
        assertThrows(IllegalStateException.class, service::sslContext, "files are looked at once a second");
        clock.addAndGet(1);
        assertNotNull(service.sslContext());
        assertSame(service, registry.service);
    }

    @Test @Proves("CF-07")
    void aModifiedConfigurationIsUsedByTheSameService() {
        component.configure(with());
        TlsContext service = registry.service;
        SSLContext before = service.sslContext();
        component.configure(with("keyStore", others.toString(), "protocols", "TLSv1.3"));
        assertSame(service, registry.service);
        assertNotSame(before, service.sslContext());
        assertEquals(List.of("TLSv1.3"),
                List.of(parameters(service.client(TlsOptions.DEFAULT)).getProtocols()));
    }

    /** A listener has its options for as long as it serves. */
    @Test @Proves("CF-07")
    void optionsThatWereMadeBeforeFollowAModification() {
        component.configure(with());
        TlsOptions server = registry.service.listener(TlsListenerOptions.DEFAULT).session();
        TlsOptions client = registry.service.client(TlsOptions.DEFAULT);
        component.configure(with("trustStore", trusted.toString(), "trustStorePassword", KeyFiles.PASSWORD,
                "protocols", "TLSv1.3", "clientAuthentication", "needed"));
        assertTrue(parameters(server).getNeedClientAuth());
        assertEquals(List.of("TLSv1.3"), List.of(parameters(server).getProtocols()));
        assertEquals(List.of("TLSv1.3"), List.of(parameters(client).getProtocols()));
        component.configure(with("protocols", "TLSv1.2"));
        assertFalse(parameters(server).getNeedClientAuth());
        assertEquals(List.of("TLSv1.2"), List.of(parameters(client).getProtocols()));
    }

    @Test @Proves("CF-08")
    void aWrongModificationKeepsTheLastGoodContextAndItsFiles() throws Exception {
        Path file = Files.copy(keys, folder.resolve("watched.p12"));
        component.configure(with("keyStore", file.toString()));
        SSLContext before = registry.service.sslContext();
        component.configure(with("keyStore", others.toString(), "protocols", "SSLv9", TlsContext.NAME, "mail"));
        List<String> errors = log.errors();
        assertEquals(1, errors.size());
        assertNames(errors.getFirst(), "SSLv9", "as it was");
        assertSame(before, registry.service.sslContext());
        assertEquals("web", registry.properties.get(TlsContext.NAME));
        replace(file, others);
        clock.addAndGet(SECOND);
        assertNotSame(before, registry.service.sslContext());
    }

    @Test @Proves("CF-08")
    void aModificationWhoseFilesCannotBeUsedKeepsTheLastGoodContextUntilTheyCan() throws Exception {
        Path file = Files.copy(keys, folder.resolve("first.p12"));
        Path later = folder.resolve("second.p12");
        component.configure(with("keyStore", file.toString()));
        SSLContext before = registry.service.sslContext();
        component.configure(with("keyStore", later.toString(), "protocols", "TLSv1.3"));
        List<String> errors = log.errors();
        assertEquals(1, errors.size());
        assertNames(errors.getFirst(), "'web' keeps the keys that it had", later.toString());
        clock.addAndGet(SECOND);
        assertSame(before, registry.service.sslContext());
        assertNotEquals(List.of("TLSv1.3"), protocols(), "the values belong to the keys");
        replace(file, others);
        clock.addAndGet(SECOND);
        SSLContext renewed = registry.service.sslContext();
        assertNotSame(before, renewed, "the files of the last good configuration are watched as before");
        assertEquals(List.of(), log.errors());
        Files.copy(keys, later);
        clock.addAndGet(SECOND);
        assertNotSame(renewed, registry.service.sslContext());
        assertEquals(List.of("TLSv1.3"), protocols());
    }

    private List<String> protocols() {
        String[] protocols = parameters(registry.service.client(TlsOptions.DEFAULT)).getProtocols();
        return protocols == null ? List.of() : List.of(protocols);
    }

    @Test @Proves("CF-08")
    void underAnotherNameTheFormerKeysAreNotUsed() {
        component.configure(with());
        assertNotNull(registry.service.sslContext());
        component.configure(with("keyStore", folder.resolve("none.p12").toString(), TlsContext.NAME, "mail"));
        assertEquals("mail", registry.properties.get(TlsContext.NAME));
        assertNames(assertThrows(IllegalStateException.class, registry.service::sslContext).getMessage(), "'mail'",
                "none.p12");
    }

    @Test @Proves("CF-09")
    void aChangedFileIsUsedASecondLater() throws Exception {
        Path file = Files.copy(keys, folder.resolve("changing.p12"));
        component.configure(with("keyStore", file.toString()));
        SSLContext before = registry.service.sslContext();
        clock.addAndGet(SECOND);
        assertSame(before, registry.service.sslContext(), "the file is as it was");
        replace(file, others);
        clock.addAndGet(SECOND - 1);
        assertSame(before, registry.service.sslContext(), "files are looked at once a second");
        clock.addAndGet(1);
        assertNotSame(before, registry.service.sslContext());
    }

    /** The file of the password, too: both are replaced one after the other. */
    @Test @Proves("CF-10")
    void aChangedFileThatCannotBeUsedKeepsTheOldKeysAndIsLoggedOnce() throws Exception {
        Path file = Files.copy(keys, folder.resolve("breaking.p12"));
        Path password = Files.writeString(folder.resolve("breaking password"), KeyFiles.PASSWORD);
        component.configure(with("keyStore", file.toString(), "keyStorePassword", null, "keyStorePasswordFile",
                password.toString()));
        SSLContext before = registry.service.sslContext();
        Files.writeString(password, "sesame");
        for (int i = 0; i < 3; i++) {
            clock.addAndGet(SECOND);
            assertSame(before, registry.service.sslContext());
        }
        List<String> errors = log.errors();
        assertEquals(1, errors.size(), errors.toString());
        assertNames(errors.getFirst(), "'web'", "keyStorePasswordFile", password.toString());
        Files.delete(file);
        clock.addAndGet(SECOND);
        assertSame(before, registry.service.sslContext());
        errors = log.errors();
        assertEquals(1, errors.size(), "another reason is another line");
        assertNames(errors.getFirst(), file.toString());
        Files.copy(others, file);
        Files.writeString(password, KeyFiles.PASSWORD);
        clock.addAndGet(SECOND);
        assertNotSame(before, registry.service.sslContext());
        assertEquals(List.of(), log.errors());
    }

    private static void replace(Path file, Path by) throws IOException {
        Path fresh = Files.copy(by, file.resolveSibling(file.getFileName() + ".new"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test @Proves("CF-05")
    void theAnnotationTypeHasTheKeysThatAreKnown() {
        assertEquals(new TreeSet<>(ContextSettings.KEYS),
                new TreeSet<>(Arrays.stream(TlsContextConfiguration.class.getDeclaredMethods()).map(Method::getName)
                        .map(name -> name.replace('_', '.')).toList()));
        assertNotEquals(0, ContextSettings.KEYS.size());
    }
}
