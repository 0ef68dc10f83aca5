package io.anyio.net.osgi;

import io.anyio.api.net.ListenOptions;
import io.anyio.api.whiteboard.Whiteboard;
import java.lang.reflect.Array;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/**
 * What the properties of a service say about its server. They come typed from an annotation, and as text from a configuration.
 *
 * @param port the port, 0 for any free one
 * @param host where to listen, empty for all addresses
 * @param backlog how many connections may wait
 * @param reusePort whether to share the port
 */
record TcpSettings(int port, String host, int backlog, boolean reusePort) {

    /**
     * Reads the properties.
     *
     * @throws IllegalArgumentException if a value has the wrong form
     */
    static TcpSettings of(ServiceReference<?> reference) {
        return new TcpSettings(number(reference, Whiteboard.TCP_PORT, 0), text(reference, Whiteboard.TCP_HOST, ""),
                number(reference, Whiteboard.TCP_BACKLOG, ListenOptions.MAX_BACKLOG),
                Boolean.parseBoolean(text(reference, Whiteboard.TCP_REUSE_PORT, "false")));
    }

    ListenOptions options() {
        return ListenOptions.DEFAULT.host(host).backlog(backlog).reusePort(reusePort);
    }

    private static int number(ServiceReference<?> reference, String key, int otherwise) {
        String text = text(reference, key, String.valueOf(otherwise));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("The service property " + key + " is '" + text + "', which is no whole number", e);
        }
    }

    private static String text(ServiceReference<?> reference, String key, String otherwise) {
        Object value = single(reference.getProperty(key));
        return value == null ? otherwise : value.toString().strip();
    }

    /** A configuration may hold a value in an array or collection of one. */
    private static @Nullable Object single(@Nullable Object value) {
        if (value instanceof Collection<?> many) {
            return many.isEmpty() ? null : many.iterator().next();
        }
        if (value != null && value.getClass().isArray()) {
            return Array.getLength(value) == 0 ? null : Array.get(value, 0);
        }
        return value;
    }
}
