package io.anyio.tls.osgi;

import io.anyio.api.spi.osgi.ConfigurationValues;
import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.tls.ClientCertificate;
import io.anyio.api.tls.TlsContext;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says.
 *
 * @param name the name of the context
 * @param ranking its {@code service.ranking}
 * @param keys the key store, or null for no keys
 * @param trust the trust store, or null for what the JVM trusts
 * @param protocols the versions of TLS; empty for those that the JDK enables
 * @param clients whether a server requests the certificates of its clients
 */
record ContextSettings(String name, int ranking, @Nullable StoreFile keys, @Nullable StoreFile trust,
        List<String> protocols, ClientCertificate clients) {
    static final String PID = "io.anyio.tls.context";
    static final String CLIENTS = "clientAuthentication";

    static final List<String> KEYS = List.of(TlsContext.NAME, "keyStore", "keyStoreType", "keyStorePassword",
            "keyStorePasswordFile", "trustStore", "trustStoreType", "trustStorePassword", "trustStorePasswordFile",
            "protocols", CLIENTS);

    private static final String RANKING = "service.ranking";
    private static final Map<String, ClientCertificate> CHOICES = new LinkedHashMap<>();

    static {
        CHOICES.put("none", ClientCertificate.NOT_ASKED);
        CHOICES.put("wanted", ClientCertificate.WANTED);
        CHOICES.put("needed", ClientCertificate.REQUIRED);
    }

    /**
     * Reads a configuration.
     *
     * @throws InvalidConfigurationException if a key or value is wrong; its message has all of them
     */
    static ContextSettings of(Map<String, ?> configuration) throws InvalidConfigurationException {
        ConfigurationValues values = new ConfigurationValues("key", configuration);
        values.checkKnown(KEYS);
        StoreFile keys = StoreFile.of(values, "keyStore");
        StoreFile trust = StoreFile.of(values, "trustStore");
        ClientCertificate clients = clients(values);
        if (clients != ClientCertificate.NOT_ASKED && (keys == null || trust == null)) {
            values.wrong(CLIENTS, "keyStore and trustStore as well, because a server that requests certificates needs "
                    + "keys of its own and the certificates that it trusts; or give none");
        }
        ContextSettings settings = new ContextSettings(values.name(TlsContext.NAME),
                values.number(RANKING, 0, Integer.MIN_VALUE, Integer.MAX_VALUE), keys, trust, protocols(values),
                clients);
        values.check();
        return settings;
    }

    /** Applies the protocols and, for a server, the client authentication. */
    void apply(SSLParameters parameters, boolean server) {
        if (!protocols.isEmpty()) {
            parameters.setProtocols(protocols.toArray(String[]::new));
        }
        if (server && clients == ClientCertificate.REQUIRED) {
            parameters.setNeedClientAuth(true);
        } else if (server && clients == ClientCertificate.WANTED) {
            parameters.setWantClientAuth(true);
        }
    }

    private static ClientCertificate clients(ConfigurationValues values) {
        return Objects.requireNonNullElse(values.value(CLIENTS, "one of " + String.join(", ", CHOICES.keySet()),
                value -> CHOICES.get(value.toString().strip().toLowerCase(Locale.ROOT))), ClientCertificate.NOT_ASKED);
    }

    /** A list, or text with commas. */
    private static List<String> protocols(ConfigurationValues values) {
        List<String> supported = supported();
        return values.values("protocols", "some of " + String.join(", ", supported), value -> {
            List<String> several = Stream.of(value.toString().split(",", -1)).map(String::strip).toList();
            return supported.containsAll(several) ? several : null;
        }).stream().flatMap(List::stream).toList();
    }

    /** Asks a context without keys: the JVM's default one may name a key store that it cannot open. */
    private static List<String> supported() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return Arrays.stream(context.getSupportedSSLParameters().getProtocols())
                    .filter(protocol -> protocol.startsWith("TLSv")).sorted().toList();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JVM has no TLS: see java.security", e);
        }
    }
}
