package io.anyio.net.settings;

import io.anyio.api.net.ListenOptions;
import io.anyio.api.spi.osgi.ConfigurationValues;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.api.whiteboard.TcpListener;
import io.anyio.api.whiteboard.UdpListener;
import io.anyio.api.whiteboard.UnixListener;
import io.anyio.api.whiteboard.Whiteboard;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key of the whiteboard, and how its value is read. This table is the only place that knows the keys; {@code KeyTest}
 * holds it together with the annotations, the constants and the metatype.
 *
 * @param name the name behind the prefix of a kind
 * @param wanted what is to be given, for messages
 * @param meaning reads a value
 * @param usual its value if nothing is given, or null
 * @param <T> the type of its value
 */
public record Key<T>(String name, String wanted, ConfigurationValues.Meaning<T> meaning, @Nullable T usual) {
    static final String PREFIX = "anyio.";
    private static final String DURATION = "a duration such as 500ms, 30s, 5m or PT1H, or a number of milliseconds";
    private static final String TIMEOUT = DURATION + ", above zero";

    static final Key<Integer> PORT = new Key<>("port", "a whole number 0..65535", Meaning.number(0, 65535), null);
    static final Key<String> HOST = new Key<>("host", "an address, a name, or nothing for all addresses", Meaning::text,
            "");
    static final Key<String> PATH = new Key<>("path", "an absolute path", Meaning::path, null);
    static final Key<Set<PosixFilePermission>> PERMISSIONS = new Key<>("permissions",
            "permissions as ls shows them, such as rw-rw----", Meaning::permissions, Set.of());
    static final Key<Boolean> DELETE_AT_CLOSE = truth("deleteAtClose");
    static final Key<Integer> BACKLOG = number("backlog", 1, ListenOptions.MAX_BACKLOG);
    static final Key<Boolean> REUSE_PORT = truth("reusePort");
    static final Key<Integer> MAX_CONNECTIONS = number("maxConnections", 0, 0);
    static final Key<Duration> IDLE_TIMEOUT = timeout("idleTimeout");
    static final Key<Duration> HANDSHAKE_TIMEOUT = timeout("handshakeTimeout");
    static final Key<Duration> CLOSE_TIMEOUT = timeout("closeTimeout");
    static final Key<Duration> GRACE = new Key<>("grace", DURATION, Meaning::duration, null);
    static final Key<Boolean> PEER_LEFT = truth("peerLeft");
    static final Key<Integer> LOOPS = number("loops", 0, 1);
    static final Key<String> TLS = new Key<>("tls", "the name of a TLS context", Meaning::text, "");

    private static final List<Key<?>> KIT = List.of(MAX_CONNECTIONS, IDLE_TIMEOUT, HANDSHAKE_TIMEOUT, CLOSE_TIMEOUT,
            GRACE, PEER_LEFT, LOOPS, TLS);
    private static final Map<ListenerKind, List<Key<?>>> OF_KIND = Map.of(
            ListenerKind.TCP, with(KIT, PORT, HOST, BACKLOG, REUSE_PORT),
            ListenerKind.UNIX, with(KIT, PATH, PERMISSIONS, DELETE_AT_CLOSE, BACKLOG),
            ListenerKind.UDP, List.of(PORT, HOST, REUSE_PORT));

    private static List<Key<?>> with(List<Key<?>> kit, Key<?>... more) {
        return Stream.concat(Arrays.stream(more), kit.stream()).toList();
    }

    private static Key<Boolean> truth(String name) {
        return new Key<>(name, "true or false", Meaning::truth, false);
    }

    private static Key<Integer> number(String name, int least, int usual) {
        return new Key<>(name, "a whole number " + least + ".." + Integer.MAX_VALUE,
                Meaning.number(least, Integer.MAX_VALUE), usual);
    }

    private static Key<Duration> timeout(String name) {
        return new Key<>(name, TIMEOUT, Meaning::timeout, null);
    }

    /**
     * The prefix of the keys of a kind.
     *
     * @param kind the kind
     * @return the prefix, with its dot
     */
    public static String prefix(ListenerKind kind) {
        return switch (kind) {
            case TCP -> TcpListener.PREFIX_;
            case UNIX -> UnixListener.PREFIX_;
            case UDP -> UdpListener.PREFIX_;
        };
    }

    /** The complete key of a kind. */
    String of(ListenerKind kind) {
        return prefix(kind) + name;
    }

    /** The key without which a kind has no end point. */
    static Key<?> required(ListenerKind kind) {
        return kind == ListenerKind.UNIX ? PATH : PORT;
    }

    /**
     * The keys of a kind.
     *
     * @param kind the kind
     * @return complete keys, in the order of the guide
     */
    public static List<String> known(ListenerKind kind) {
        return all(kind).stream().map(key -> key.of(kind)).toList();
    }

    static List<Key<?>> all(ListenerKind kind) {
        return OF_KIND.getOrDefault(kind, List.of());
    }

    /** Whether a key of a property is ours; case does not matter. */
    static boolean isOurs(String key) {
        return key.toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }

    static boolean isTarget(String key) {
        return key.equalsIgnoreCase(Whiteboard.TARGET);
    }
}
