package io.anyio.net.settings;

import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.api.whiteboard.Whiteboard;
import io.anyio.net.settings.EndpointSettings.Socket;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The servers that properties request.
 *
 * @param endpoints at least one, all different
 */
public record Settings(List<EndpointSettings> endpoints) {
    private static final String CONNECTIONS = "io.anyio.api.net.ConnectionHandler";
    private static final String DATAGRAMS = "io.anyio.api.net.DatagramHandler";

    /**
     * Whether properties have a key of the whiteboard.
     *
     * @param keys the keys of the properties
     * @return true if one begins with our prefix
     */
    public static boolean concern(Collection<String> keys) {
        return keys.stream().anyMatch(Key::isOurs);
    }

    /**
     * The kind of handler that an end point needs.
     *
     * @param kind the kind of the end point
     * @return the name of the interface
     */
    public static String handlerOf(ListenerKind kind) {
        return kind == ListenerKind.UDP ? DATAGRAMS : CONNECTIONS;
    }

    /**
     * Reads properties.
     *
     * @param properties the properties of a service or configuration
     * @param types the interfaces of the handler; empty if they are not known
     * @return what they request
     * @throws InvalidConfigurationException if a key or value is wrong; its message lists all of them, each with the
     * value and the remedy
     */
    public static Settings of(Map<String, ?> properties, Collection<String> types)
            throws InvalidConfigurationException {
        Values values = new Values(properties);
        List<EndpointSettings> all = new ArrayList<>();
        List<String> ours = values.ours().stream().filter(key -> !Key.isTarget(key)).toList();
        for (String key : ours) {
            checkKnown(values, key);
        }
        for (ListenerKind kind : ListenerKind.values()) {
            if (values.has(kind)) {
                checkType(values, kind, types);
                all.addAll(read(values, kind));
            }
        }
        if (all.isEmpty()) {
            values.problem(Whiteboard.TCP_PORT, "No property says where to listen: give " + Whiteboard.TCP_PORT + ", "
                    + Whiteboard.UNIX_PATH + " or " + Whiteboard.UDP_PORT);
        }
        values.check();
        return new Settings(List.copyOf(all));
    }

    private static void checkKnown(Values values, String key) {
        List<String> candidates = new ArrayList<>();
        for (ListenerKind kind : ListenerKind.values()) {
            List<String> known = Key.known(kind);
            if (known.stream().anyMatch(key::equalsIgnoreCase)) {
                return;
            }
            if (key.toLowerCase(Locale.ROOT).startsWith(Key.prefix(kind))) {
                candidates.clear();
                candidates.addAll(known);
                break;
            }
            candidates.add(Key.prefix(kind) + "*");
        }
        values.problem(key, "The property " + key + " is unknown: use " + String.join(", ", candidates));
    }

    private static void checkType(Values values, ListenerKind kind, Collection<String> types) {
        String needed = handlerOf(kind);
        if (!types.isEmpty() && !types.contains(needed)) {
            values.problem(Key.required(kind).of(kind), "The properties " + Key.prefix(kind)
                    + "* need a handler that is " + needed + ", but the service is " + String.join(", ", types)
                    + ": register it as that, too, or leave the properties out");
        }
    }

    private static List<EndpointSettings> read(Values values, ListenerKind kind) {
        String required = Key.required(kind).of(kind);
        if (!values.has(kind, Key.required(kind))) {
            values.problem(required,
                    "The property " + required + " is missing: give " + Key.required(kind).wanted());
        }
        String tls = values.value(kind, Key.TLS);
        Duration grace = values.optional(kind, Key.GRACE);
        ServeOptions limits = limits(values, kind, tls);
        List<EndpointSettings> all = new ArrayList<>();
        for (Socket socket : kind == ListenerKind.UNIX ? paths(values) : ports(values, kind)) {
            all.add(new EndpointSettings(socket, limits, tls, grace));
        }
        return all;
    }

    private static ServeOptions limits(Values values, ListenerKind kind, String tls) {
        ServeOptions limits = ServeOptions.DEFAULT.isolated(true)
                .maxConnections(values.value(kind, Key.MAX_CONNECTIONS))
                .peerLeft(values.value(kind, Key.PEER_LEFT));
        Duration idle = values.optional(kind, Key.IDLE_TIMEOUT);
        Duration handshake = values.optional(kind, Key.HANDSHAKE_TIMEOUT);
        Duration close = values.optional(kind, Key.CLOSE_TIMEOUT);
        if (handshake != null && tls.isEmpty()) {
            String key = Key.HANDSHAKE_TIMEOUT.of(kind);
            values.problem(key, "The property " + key + " has no meaning without " + Key.TLS.of(kind)
                    + ": give the name of a TLS context, or leave it out");
        }
        limits = idle == null ? limits : limits.idleTimeout(idle);
        limits = handshake == null ? limits : limits.handshakeTimeout(handshake);
        return close == null ? limits : limits.closeTimeout(close);
    }

    private static List<Socket> ports(Values values, ListenerKind kind) {
        int backlog = values.value(kind, Key.BACKLOG);
        int loops = values.value(kind, Key.LOOPS);
        boolean share = values.value(kind, Key.REUSE_PORT);
        List<String> hosts = values.values(kind, Key.HOST, List.of(""));
        checkApart(values, kind, hosts);
        List<Socket> sockets = new ArrayList<>();
        for (int port : values.values(kind, Key.PORT, List.of(0))) {
            for (String host : hosts) {
                sockets.add(new Socket(new Endpoint(kind, host, port), backlog, share, Set.of(), false, loops));
            }
        }
        return sockets;
    }

    private static void checkApart(Values values, ListenerKind kind, List<String> hosts) {
        List<Endpoint> before = new ArrayList<>();
        for (String host : hosts) {
            Endpoint endpoint = new Endpoint(kind, host, 1);
            if (before.stream().anyMatch(endpoint::excludes)) {
                String key = Key.HOST.of(kind);
                values.problem(key, "The property " + key + " has all addresses beside others, or one twice: " + hosts
                        + ": give nothing for all addresses, or each address once");
                return;
            }
            before.add(endpoint);
        }
    }

    private static List<Socket> paths(Values values) {
        ListenerKind kind = ListenerKind.UNIX;
        int backlog = values.value(kind, Key.BACKLOG);
        Set<PosixFilePermission> permissions = values.value(kind, Key.PERMISSIONS);
        boolean delete = values.value(kind, Key.DELETE_AT_CLOSE);
        int loops = values.value(kind, Key.LOOPS);
        return values.values(kind, Key.PATH, List.of("/")).stream()
                .map(path -> new Socket(new Endpoint(kind, path, -1), backlog, false, permissions, delete,
                        loops))
                .toList();
    }
}
