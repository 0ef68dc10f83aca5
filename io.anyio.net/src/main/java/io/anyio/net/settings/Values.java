package io.anyio.net.settings;

import io.anyio.api.whiteboard.ListenerKind;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of properties and collects what is wrong. A property of an annotation has a type, and a property of
 * a configuration may be text. A value that is not understood is a problem and never a default.
 */
final class Values {
    private final Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> problems = new ArrayList<>();
    private final Set<String> keys = new LinkedHashSet<>();

    Values(Map<String, ?> properties) {
        this.properties.putAll(properties);
    }

    /** The keys that are ours, in their order. */
    List<String> ours() {
        return properties.keySet().stream().filter(Key::isOurs).toList();
    }

    void problem(String key, String text) {
        keys.add(key);
        problems.add(text);
    }

    void check() throws InvalidSettingsException {
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(List.copyOf(keys), String.join("; ", problems));
        }
    }

    /** Whether something of a kind is wanted: a value that is not the usual one. Tools may give all usual values. */
    boolean has(ListenerKind kind) {
        return Key.all(kind).stream().anyMatch(key -> {
            Object value = given(kind, key);
            return value != null && !(all(value).size() == 1 && Objects.equals(meaning(key, all(value).getFirst()),
                    key.usual()) && key.usual() != null);
        });
    }

    boolean has(ListenerKind kind, Key<?> key) {
        return given(kind, key) != null;
    }

    /** The value of a key, or the usual one. */
    <T> @Nullable T optional(ListenerKind kind, Key<T> key) {
        Object value = given(kind, key);
        if (value == null) {
            return key.usual();
        }
        List<Object> all = all(value);
        T meant = all.size() == 1 ? meaning(key, all.getFirst()) : null;
        if (meant == null) {
            wrong(kind, key, value, all.size() == 1 ? "" : ", one only");
            return key.usual();
        }
        return meant;
    }

    /** The value of a key that has a usual one. */
    <T> T value(ListenerKind kind, Key<T> key) {
        return Objects.requireNonNull(optional(kind, key));
    }

    /** The values of a key that may have several, or the default. */
    <T> List<T> values(ListenerKind kind, Key<T> key, List<T> otherwise) {
        Object value = given(kind, key);
        if (value == null) {
            return otherwise;
        }
        List<T> meant = new ArrayList<>();
        for (Object each : all(value)) {
            T one = meaning(key, each);
            if (one == null) {
                wrong(kind, key, value, "");
                return otherwise;
            }
            if (meant.contains(one)) {
                problem(key.of(kind), "The property " + key.of(kind) + " is '" + seen(value) + "': give "
                        + (one.equals("") ? "all addresses" : one) + " once");
                return otherwise;
            }
            meant.add(one);
        }
        return meant;
    }

    /** Blank text, and a list of nothing else, is not given. */
    private @Nullable Object given(ListenerKind kind, Key<?> key) {
        Object value = properties.get(key.of(kind));
        boolean blank = value == null
                || all(value).stream().allMatch(each -> each instanceof String text && text.isBlank());
        return blank ? null : value;
    }

    private static <T> @Nullable T meaning(Key<T> key, @Nullable Object value) {
        return value == null ? null : key.meaning().of(value);
    }

    private void wrong(ListenerKind kind, Key<?> key, Object value, String more) {
        problem(key.of(kind),
                "The property " + key.of(kind) + " is '" + seen(value) + "': give " + key.wanted() + more);
    }

    private static String seen(Object value) {
        String seen = Arrays.deepToString(new Object[]{value});
        return seen.substring(1, seen.length() - 1);
    }

    /** The elements of an array or collection, or the value itself. */
    private static List<Object> all(Object value) {
        Object all = value instanceof Collection<?> many ? many.toArray() : value;
        if (!all.getClass().isArray()) {
            return List.of(all);
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(all); i++) {
            elements.add(Array.get(all, i));
        }
        return elements;
    }
}
