package io.anyio.net.osgi;

import io.anyio.api.net.ListenOptions;
import io.anyio.api.whiteboard.Whiteboard;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/**
 * The settings of a server, from the properties of its service. A property of an annotation has a type, and a property
 * of a configuration may be text. A value that is not understood is an error and never a default.
 *
 * @param port the port, 0 for any free one
 * @param host where to listen, empty for all addresses
 * @param backlog how many connections may wait
 * @param reusePort whether to share the port
 */
record TcpSettings(int port, String host, int backlog, boolean reusePort) {
    private static final String PREFIX = "anyio.";
    private static final List<String> KNOWN = List.of(Whiteboard.TCP_PORT, Whiteboard.TCP_HOST, Whiteboard.TCP_BACKLOG,
            Whiteboard.TCP_REUSE_PORT);
    private static final int MAX_PORT = 65535;

    /** Whether a service has a property of the whiteboard. */
    static boolean concern(ServiceReference<?> reference) {
        return !keys(reference).isEmpty();
    }

    /** The keys in lower case: keys of services ignore case. */
    private static List<String> keys(ServiceReference<?> reference) {
        return Arrays.stream(reference.getPropertyKeys()).filter(key -> key.toLowerCase(Locale.ROOT).startsWith(PREFIX))
                .sorted().toList();
    }

    /**
     * Reads the properties.
     *
     * @throws IllegalArgumentException if a key or value is wrong; its message lists all of them, each with the value
     * and the remedy
     */
    static TcpSettings of(ServiceReference<?> reference) {
        Reading reading = new Reading(reference, new ArrayList<>());
        for (String key : keys(reference)) {
            if (KNOWN.stream().noneMatch(key::equalsIgnoreCase)) {
                reading.problems.add("The service property " + key + " is unknown: use " + String.join(", ", KNOWN));
            }
        }
        if (reference.getProperty(Whiteboard.TCP_PORT) == null) {
            reading.problems.add("The service property " + Whiteboard.TCP_PORT + " is missing: give 0.." + MAX_PORT);
        }
        TcpSettings settings = new TcpSettings(reading.number(Whiteboard.TCP_PORT, 0, 0, MAX_PORT),
                reading.value(Whiteboard.TCP_HOST, "", "an address, a name, or nothing for all addresses",
                        value -> value instanceof String text ? text.strip() : null),
                reading.number(Whiteboard.TCP_BACKLOG, ListenOptions.MAX_BACKLOG, 1, Integer.MAX_VALUE),
                reading.value(Whiteboard.TCP_REUSE_PORT, false, "true or false", TcpSettings::truth));
        if (!reading.problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", reading.problems));
        }
        return settings;
    }

    private static @Nullable Boolean truth(Object value) {
        return switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    /** Converts a value; null if it makes no sense. */
    private interface Meaning<T> {
        @Nullable
        T of(Object value);
    }

    private record Reading(ServiceReference<?> reference, List<String> problems) {

        int number(String key, int otherwise, int least, int most) {
            return value(key, otherwise, "a whole number " + least + ".." + most, value -> {
                if (value instanceof Double || value instanceof Float) {
                    return null;
                }
                try {
                    long number = Long.parseLong(value.toString().strip());
                    return number < least || number > most ? null : (int) number;
                } catch (NumberFormatException _) {
                    return null;
                }
            });
        }

        /** The value of a key, or the default. A value that makes no sense is noted as a problem. */
        <T> T value(String key, T otherwise, String wanted, Meaning<T> meaning) {
            Object value = reference.getProperty(key);
            if (value == null) {
                return otherwise;
            }
            Object single = single(value);
            T meant = single == null ? null : meaning.of(single);
            if (meant == null) {
                String seen = Arrays.deepToString(new Object[]{value});
                problems.add("The service property " + key + " is '" + seen.substring(1, seen.length() - 1) + "': give "
                        + wanted + (single == null ? ", one only" : ""));
                return otherwise;
            }
            return meant;
        }

        /**
         * The only element of an array or collection, as a configuration may have it; null for any other number of
         * elements.
         */
        private static @Nullable Object single(Object value) {
            Object all = value instanceof Collection<?> many ? many.toArray() : value;
            if (!all.getClass().isArray()) {
                return all;
            }
            return Array.getLength(all) == 1 ? Array.get(all, 0) : null;
        }
    }

    ListenOptions options() {
        return ListenOptions.DEFAULT.host(host).backlog(backlog).reusePort(reusePort);
    }

    /**
     * Whether only one of two servers can listen. A server on all addresses excludes a server on one address of the
     * same port.
     */
    boolean excludes(TcpSettings other) {
        return port == other.port && port != 0 && !(reusePort && other.reusePort)
                && (host.isEmpty() || other.host.isEmpty() || host.equalsIgnoreCase(other.host));
    }
}
