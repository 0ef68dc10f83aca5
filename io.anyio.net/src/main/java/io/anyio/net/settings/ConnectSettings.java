package io.anyio.net.settings;

import io.anyio.api.net.Connectable;
import io.anyio.api.spi.osgi.ConfigurationValues;
import io.anyio.api.spi.osgi.InvalidConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration says to connect: a host with its port, or a path.
 *
 * @param name the name of the service
 * @param host the host; empty for a path
 * @param port its port
 * @param path the path of a UNIX socket; empty for a host
 * @param tls the name of a TLS context; empty for no TLS
 * @param timeout how long a connection may take, or null for no limit
 */
public record ConnectSettings(String name, String host, int port, String path, String tls, @Nullable Duration timeout) {
    /** The factory PID. */
    public static final String PID = "io.anyio.net.connect";

    private static final String HOST = "host";
    private static final String PORT = "port";
    private static final String PATH = "path";
    private static final String TLS = "tls";
    private static final String TIMEOUT = "timeout";
    private static final List<String> KEYS = List.of(Connectable.NAME, HOST, PORT, PATH, TLS, TIMEOUT);

    /**
     * Reads a configuration.
     *
     * @param configuration its keys and values
     * @return where to connect
     * @throws InvalidConfigurationException if a key or value is wrong; its message has all of them, each with the
     * value and the remedy
     */
    public static ConnectSettings of(Map<String, ?> configuration) throws InvalidConfigurationException {
        ConfigurationValues values = new ConfigurationValues("key", configuration);
        values.checkKnown(KEYS);
        ConnectSettings settings = new ConnectSettings(values.name(Connectable.NAME),
                values.text(HOST, "", "a name or an address"), values.number(PORT, 0, 1, 65535),
                Objects.requireNonNullElse(values.value(PATH, "an absolute path", Meaning::path), ""),
                values.text(TLS, "", "the name of a TLS context"),
                values.value(TIMEOUT, "a duration such as 500ms, 30s or 5m, above zero", Meaning::timeout));
        settings.checkKind(values);
        values.check();
        return settings;
    }

    private void checkKind(ConfigurationValues values) {
        boolean unix = values.has(PATH);
        if (unix && (values.has(HOST) || values.has(PORT))) {
            values.problem(PATH, "The key path is given beside host or port: leave it, or those two, out");
        } else if (unix && values.has(TLS)) {
            values.problem(TLS,
                    "The key tls is '" + tls + "', but a path names no host for a certificate: leave it out");
        } else if (!unix && !(values.has(HOST) && values.has(PORT))) {
            String missing = values.has(HOST) ? PORT : HOST;
            values.problem(missing, "The key " + missing + " is missing: give host and port, or path");
        }
    }
}
