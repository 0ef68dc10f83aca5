package io.anyio.net.settings;

import io.anyio.api.spi.osgi.ConfigurationValues;
import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.whiteboard.ListenerKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values of properties by kinds of listeners and their keys. */
final class Values {
    private final List<String> ours;
    private final ConfigurationValues values;

    Values(Map<String, ?> properties) {
        this.ours = properties.keySet().stream().filter(Key::isOurs).sorted(String.CASE_INSENSITIVE_ORDER).toList();
        this.values = new ConfigurationValues("property", properties);
    }

    /** The keys that are ours, in their order. */
    List<String> ours() {
        return ours;
    }

    void problem(String key, String text) {
        values.problem(key, text);
    }

    void check() throws InvalidConfigurationException {
        values.check();
    }

    /** Whether something of a kind is wanted: a value that is not the usual one. Tools may give all usual values. */
    boolean has(ListenerKind kind) {
        return Key.all(kind).stream().anyMatch(key -> {
            List<@Nullable Object> all = values.all(key.of(kind));
            return !all.isEmpty() && !(all.size() == 1 && isUsual(key, all.getFirst()));
        });
    }

    private static <T> boolean isUsual(Key<T> key, @Nullable Object value) {
        T usual = key.usual();
        return usual != null && value != null && usual.equals(key.meaning().of(value));
    }

    boolean has(ListenerKind kind, Key<?> key) {
        return values.has(key.of(kind));
    }

    /** The value of a key, or the usual one. */
    <T> @Nullable T optional(ListenerKind kind, Key<T> key) {
        T meant = values.value(key.of(kind), key.wanted(), key.meaning());
        return meant == null ? key.usual() : meant;
    }

    /** The value of a key that has a usual one. */
    <T> T value(ListenerKind kind, Key<T> key) {
        return Objects.requireNonNull(optional(kind, key));
    }

    /** The values of a key that may have several, or the default. */
    <T> List<T> values(ListenerKind kind, Key<T> key, List<T> otherwise) {
        List<T> meant = values.values(key.of(kind), key.wanted(), key.meaning());
        for (T one : meant) {
            if (meant.indexOf(one) != meant.lastIndexOf(one)) {
                values.wrong(key.of(kind), (one.equals("") ? "all addresses" : one) + " once");
                return otherwise;
            }
        }
        return meant.isEmpty() ? otherwise : meant;
    }
}
