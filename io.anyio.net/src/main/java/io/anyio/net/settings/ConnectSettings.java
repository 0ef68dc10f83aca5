package io.anyio.net.settings;

import io.anyio.api.net.Connectable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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

    static final List<String> KEYS = List.of(Connectable.NAME, "host", "port", "path", "tls", "timeout");

    /** Beginnings of keys that the framework and tools add. */
    private static final List<String> OTHERS = List.of(".", ":", "service.", "component.", "osgi.", "felix.",
            "org.apache.");

    /**
     * Reads a configuration.
     *
     * @param configuration its keys and values
     * @return where to connect
     * @throws InvalidSettingsException if a key or value is wrong; its message has all of them, each with the value and
     * the remedy
     */
    public static ConnectSettings of(Map<String, ?> configuration) throws InvalidSettingsException {
        Reading reading = new Reading(configuration);
        ConnectSettings settings = new ConnectSettings(
                reading.value(Connectable.NAME, nameOf(configuration), "a name", Meaning::text),
                reading.value("host", "", "a name or an address", Meaning::text),
                reading.value("port", 0, "a whole number 1..65535", Meaning.number(1, 65535)),
                reading.value("path", "", "an absolute path", Meaning::path),
                reading.value("tls", "", "the name of a TLS context", Meaning::text),
                reading.optional("timeout", "a duration such as 500ms, 30s or 5m, above zero", Meaning::timeout));
        if (settings.name.isEmpty()) {
            reading.problem(Connectable.NAME, "is missing: give a name");
        }
        settings.checkKind(reading);
        reading.check();
        return settings;
    }

    private void checkKind(Reading reading) {
        boolean unix = reading.has("path");
        if (unix && (reading.has("host") || reading.has("port"))) {
            reading.problem("path", "is given beside host or port: leave it, or those two, out");
        } else if (unix && reading.has("tls")) {
            reading.problem("tls", "is '" + tls + "', but a path names no host for a certificate: leave it out");
        } else if (!unix && !(reading.has("host") && reading.has("port"))) {
            reading.problem(reading.has("host") ? "port" : "host", "is missing: give host and port, or path");
        }
    }

    private static String nameOf(Map<String, ?> configuration) {
        Object pid = configuration.get("service.pid");
        String text = pid == null ? "" : pid.toString();
        return text.substring(text.indexOf('~') + 1);
    }

    private static final class Reading {
        private final Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private final List<String> keys = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        Reading(Map<String, ?> configuration) {
            properties.putAll(configuration);
            for (String key : configuration.keySet()) {
                String lower = key.toLowerCase(Locale.ROOT);
                if (KEYS.stream().noneMatch(key::equalsIgnoreCase) && OTHERS.stream().noneMatch(lower::startsWith)) {
                    problem(key, "is unknown: use " + String.join(", ", KEYS));
                }
            }
        }

        /** Blank text is not given. */
        boolean has(String key) {
            Object value = properties.get(key);
            return value != null && !value.toString().isBlank();
        }

        <T> T value(String key, T otherwise, String wanted, Meaning<T> meaning) {
            T value = optional(key, wanted, meaning);
            return value == null ? otherwise : value;
        }

        <T> @Nullable T optional(String key, String wanted, Meaning<T> meaning) {
            Object value = properties.get(key);
            if (value == null || !has(key)) {
                return null;
            }
            T meant = meaning.of(value);
            if (meant == null) {
                String seen = Arrays.deepToString(new Object[]{value});
                problem(key, "is '" + seen.substring(1, seen.length() - 1) + "': give " + wanted);
            }
            return meant;
        }

        void problem(String key, String text) {
            keys.add(key);
            problems.add("The key " + key + " " + text);
        }

        void check() throws InvalidSettingsException {
            if (!problems.isEmpty()) {
                throw new InvalidSettingsException(List.copyOf(keys), String.join("; ", problems));
            }
        }
    }
}
