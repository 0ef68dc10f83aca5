package io.anyio.tls.osgi;

import java.lang.reflect.Array;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the values of a configuration, and collects what is wrong. Case does not matter in keys. */
final class Values {
    /** Beginnings of keys that the framework and tools add. */
    private static final List<String> OTHERS = List.of(".", ":", "service.", "component.", "osgi.", "felix.",
            "org.apache.");

    private final Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> problems = new ArrayList<>();

    Values(Map<String, ?> properties, List<String> known) {
        this.properties.putAll(properties);
        for (String key : this.properties.keySet()) {
            if (isOurs(key) && known.stream().noneMatch(key::equalsIgnoreCase)) {
                problem("The key " + key + " is unknown: use " + String.join(", ", known));
            }
        }
    }

    private static boolean isOurs(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return OTHERS.stream().noneMatch(lower::startsWith);
    }

    void problem(String text) {
        problems.add(text);
    }

    void check() throws InvalidContextException {
        if (!problems.isEmpty()) {
            throw new InvalidContextException(String.join("; ", problems), null);
        }
    }

    boolean has(String key) {
        return properties.containsKey(key) && !texts(key).stream().allMatch(String::isBlank);
    }

    /** The text of a key, or the default; blank text is not given. */
    String text(String key, String otherwise) {
        return has(key) ? single(key, "one value").strip() : otherwise;
    }

    /** The text of a key as it is; it is in no message. */
    @Nullable
    String secret(String key) {
        if (properties.get(key) == null) {
            return null;
        }
        List<String> texts = texts(key);
        if (texts.size() != 1) {
            problem("The key " + key + " has " + texts.size() + " values: give one");
        }
        return texts.isEmpty() || texts.getFirst().isEmpty() ? null : texts.getFirst();
    }

    @Nullable
    Path path(String key) {
        if (!has(key)) {
            return null;
        }
        try {
            return Path.of(single(key, "one path").strip()).toAbsolutePath();
        } catch (InvalidPathException _) {
            wrong(key, "the path of a file");
            return null;
        }
    }

    int number(String key, int otherwise) {
        try {
            return has(key) ? Integer.parseInt(single(key, "one number").strip()) : otherwise;
        } catch (NumberFormatException _) {
            wrong(key, "a whole number");
            return otherwise;
        }
    }

    /** The value that belongs to one of several texts, which ignore case; the first one is the default. */
    <T> T choice(String key, Map<String, T> choices, String usual) {
        String text = text(key, usual);
        for (Map.Entry<String, T> choice : choices.entrySet()) {
            if (choice.getKey().equalsIgnoreCase(text)) {
                return choice.getValue();
            }
        }
        wrong(key, "one of " + String.join(", ", choices.keySet()));
        return choices.values().iterator().next();
    }

    /** Several texts, each one of those that are allowed; also as one text with commas. */
    List<String> several(String key, List<String> allowed) {
        List<String> several = new ArrayList<>();
        for (String text : has(key) ? texts(key) : List.<String>of()) {
            for (String each : text.split(",", -1)) {
                several.add(each.strip());
            }
        }
        if (!allowed.containsAll(several)) {
            wrong(key, "some of " + String.join(", ", allowed));
        }
        return List.copyOf(several);
    }

    void wrong(String key, String wanted) {
        String seen = Arrays.deepToString(new @Nullable Object[]{properties.get(key)});
        problem("The key " + key + " is '" + seen.substring(1, seen.length() - 1) + "': give " + wanted);
    }

    private String single(String key, String wanted) {
        List<String> texts = texts(key);
        if (texts.size() != 1) {
            wrong(key, wanted);
        }
        return texts.getFirst();
    }

    /** The elements of an array or collection, or the value itself, as texts. */
    private List<String> texts(String key) {
        Object value = properties.get(key);
        Object all = value instanceof Collection<?> many ? many.toArray() : value;
        if (all == null || !all.getClass().isArray()) {
            return all == null ? List.of() : List.of(all.toString());
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < Array.getLength(all); i++) {
            texts.add(String.valueOf(Array.get(all, i)));
        }
        return texts;
    }
}
