package io.anyio.itest.load;

import io.anyio.itest.table.Keys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The configurations: how they are at rest, and how they change under load. No change is wrong. */
final class Tuning {
    private static final int CHANGES = 8;

    private final int plainPort;
    private final int securePort;
    private final Path keys;

    /** A configuration with other values than it has at rest. */
    record Change(Target target, Map<String, Object> values) {}

    /** What is configured. */
    enum Target {
        /** The component that is served over TCP: it is replaced. */
        COMPONENT("polite.plain", ""),
        /** The server of the other one, over TLS. */
        LISTENER("io.anyio.net.listener", "secure"),
        /** Its keys. */
        CONTEXT("io.anyio.tls.context", "load"),
        /** The properties of the whiteboard. */
        WHITEBOARD("io.anyio.net.whiteboard", ""),
        /** The grace. */
        OWNERS("io.anyio.impl.owners", "");

        private final String pid;
        private final String name;

        Target(String pid, String name) {
            this.pid = pid;
            this.name = name;
        }

        private Configuration of(ConfigurationAdmin configurations) throws IOException {
            return name.isEmpty()
                    ? configurations.getConfiguration(pid, "?")
                    : configurations.getFactoryConfiguration(pid, name, "?");
        }
    }

    Tuning(int plainPort, int securePort, Path keys) {
        this.plainPort = plainPort;
        this.securePort = securePort;
        this.keys = keys;
    }

    private Map<String, Object> atRest(Target target) {
        return switch (target) {
            case COMPONENT -> Map.of("anyio.tcp.port", plainPort);
            case LISTENER -> Map.of("handler.target", "(polite=secure)", "anyio.tcp.port", securePort,
                    "anyio.tcp.host", "127.0.0.1", "anyio.tcp.tls", "load");
            case CONTEXT -> Map.of("keyStore", keys.toString(), "keyStorePassword", Keys.PASSWORD);
            case WHITEBOARD -> Map.of("color", "none");
            case OWNERS -> Map.of("grace.millis", 20_000);
        };
    }

    private static Map<String, Object> other(Target target, RandomGenerator random) {
        return switch (target) {
            case COMPONENT -> Map.of("anyio.tcp.idleTimeout", 60 + random.nextInt(60) + "s");
            case LISTENER -> switch (random.nextInt(4)) {
                case 0 -> Map.of("anyio.tcp.backlog", 5_000 + random.nextInt(1_000));
                case 1 -> Map.of("anyio.tcp.maxConnections", 5_000 + random.nextInt(1_000));
                case 2 -> Map.of("anyio.tcp.loops", 2, "anyio.tcp.peerLeft", true);
                default -> Map.of("anyio.tcp.handshakeTimeout", "20s", "anyio.tcp.grace", "100ms");
            };
            case CONTEXT -> Map.of("protocols", random.nextBoolean() ? "TLSv1.3" : "TLSv1.2");
            case WHITEBOARD -> Map.of("color", random.nextInt(1_000));
            case OWNERS -> Map.of("grace.millis", 20_000 + random.nextInt(1_000));
        };
    }

    List<Change> decide(RandomGenerator random) {
        List<Change> changes = new ArrayList<>();
        Target[] targets = Target.values();
        for (int i = random.nextInt(CHANGES); i > 0; i--) {
            // the component rarely: each change ends its connections
            Target target = targets[1 + random.nextInt(targets.length - 1)];
            changes.add(change(random.nextInt(CHANGES) == 0 ? Target.COMPONENT : target, random));
        }
        return changes;
    }

    private static Change change(Target target, RandomGenerator random) {
        return new Change(target, other(target, random));
    }

    void make(Change change, ConfigurationAdmin configurations) throws IOException {
        Map<String, Object> values = new HashMap<>(atRest(change.target()));
        values.putAll(change.values());
        change.target().of(configurations).update(FrameworkUtil.asDictionary(values));
    }

    /** Makes the values be as they are at rest; others are not touched, since an update replaces a component. */
    void rest(Iterable<Target> targets, ConfigurationAdmin configurations) throws IOException {
        for (Target target : targets) {
            target.of(configurations).update(FrameworkUtil.asDictionary(atRest(target)));
        }
    }
}
