package io.anyio.api.spi.osgi;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a configuration or of the properties of a service, and collects what is wrong with them. A value
 * that is not understood is a problem, and never a default. Case does not matter in keys.
 *
 * <p>Blank text, and a list of nothing else, is not given: tools leave fields empty. A list of one value is that value.
 */
public final class ConfigurationValues {
    /** Beginnings of keys that the framework and tools add. */
    private static final List<String> OTHERS = List.of(".", ":", "service.", "component.", "osgi.", "felix.",
            "org.apache.");

    private final Map<String, Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final String what;
    private final Set<String> wrongKeys = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * What a value means.
     *
     * @param <T> the type of the result
     */
    @FunctionalInterface
    public interface Meaning<T> {
        /**
         * Converts a value.
         *
         * @param value the value, which is no list
         * @return what it means; null if it makes no sense
         */
        @Nullable
        T of(Object value);
    }

    /**
     * Takes values.
     *
     * @param what what a key is called in messages, such as {@code property}
     * @param values the keys and values
     */
    public ConfigurationValues(String what, Map<String, ?> values) {
        this.what = what;
        this.values.putAll(values);
    }

    /**
     * Notes each key that is unknown, apart from those that frameworks and tools add.
     *
     * @param known the keys that are known
     */
    public void checkKnown(List<String> known) {
        for (String key : values.keySet()) {
            String lower = key.toLowerCase(Locale.ROOT);
            if (known.stream().noneMatch(key::equalsIgnoreCase) && OTHERS.stream().noneMatch(lower::startsWith)) {
                problem(key, "The " + what + " " + key + " is unknown: use " + String.join(", ", known));
            }
        }
    }

    /**
     * Notes a problem.
     *
     * @param key the key
     * @param text what is wrong with it, and the remedy
     */
    public void problem(String key, String text) {
        wrongKeys.add(key);
        problems.add(text);
    }

    /**
     * Notes that a value is wrong. Not for secrets: the message has the value.
     *
     * @param key the key
     * @param wanted which values it may have
     */
    public void wrong(String key, String wanted) {
        String seen = Arrays.deepToString(new @Nullable Object[]{values.get(key)});
        problem(key, "The " + what + " " + key + " is '" + seen.substring(1, seen.length() - 1) + "': give " + wanted);
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidConfigurationException if there are problems; it has all of them
     */
    public void check() throws InvalidConfigurationException {
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(List.copyOf(wrongKeys), String.join("; ", problems));
        }
    }

    /**
     * Whether a key is given.
     *
     * @param key the key
     * @return false if it is missing or blank
     */
    public boolean has(String key) {
        return !all(key).isEmpty();
    }

    /**
     * The values of a key.
     *
     * @param key the key
     * @return the elements of its list or array, or its only value; none if it is not given
     */
    public List<@Nullable Object> all(String key) {
        List<@Nullable Object> all = elements(values.get(key));
        if (all.stream().allMatch(each -> each instanceof String text && text.isBlank())) {
            all.clear();
        }
        return all;
    }

    private static List<@Nullable Object> elements(@Nullable Object value) {
        List<@Nullable Object> elements = new ArrayList<>();
        Object all = value instanceof Collection<?> many ? many.toArray() : value;
        if (all == null) {
            return elements;
        }
        if (!all.getClass().isArray()) {
            elements.add(all);
            return elements;
        }
        for (int i = 0; i < Array.getLength(all); i++) {
            elements.add(Array.get(all, i));
        }
        return elements;
    }

    /**
     * The value of a key that has one. What is wrong is noted.
     *
     * @param <T> the type of the value
     * @param key the key
     * @param wanted which values it may have
     * @param meaning converts the value
     * @return the value; null if it is not given, or wrong
     */
    public <T> @Nullable T value(String key, String wanted, Meaning<T> meaning) {
        List<@Nullable Object> all = all(key);
        if (all.isEmpty()) {
            return null;
        }
        T meant = all.size() == 1 ? meant(all.getFirst(), meaning) : null;
        if (meant == null) {
            wrong(key, all.size() == 1 ? wanted : wanted + ", one only");
        }
        return meant;
    }

    private static <T> @Nullable T meant(@Nullable Object value, Meaning<T> meaning) {
        return value == null ? null : meaning.of(value);
    }

    /**
     * The values of a key that may have several. What is wrong is noted.
     *
     * @param <T> the type of the values
     * @param key the key
     * @param wanted which values it may have
     * @param meaning converts one of them
     * @return the values; none if it is not given, or one of them is wrong
     */
    public <T> List<T> values(String key, String wanted, Meaning<T> meaning) {
        List<T> meant = new ArrayList<>();
        for (Object each : all(key)) {
            T one = meant(each, meaning);
            if (one == null) {
                wrong(key, wanted);
                return List.of();
            }
            meant.add(one);
        }
        return List.copyOf(meant);
    }

    /**
     * The text of a key. What is wrong is noted.
     *
     * @param key the key
     * @param otherwise the text if it is not given, or wrong
     * @param wanted which texts it may have
     * @return the text, without blanks around it
     */
    public String text(String key, String otherwise, String wanted) {
        return Objects.requireNonNullElse(value(key, wanted, ConfigurationValues::textOf), otherwise);
    }

    /**
     * The number of a key. What is wrong is noted.
     *
     * @param key the key
     * @param otherwise the number if it is not given, or wrong
     * @param least the smallest one that it may have
     * @param most the largest one that it may have
     * @return the number
     */
    public int number(String key, int otherwise, int least, int most) {
        return Objects.requireNonNullElse(value(key, "a whole number " + least + ".." + most,
                value -> numberOf(value, least, most)), otherwise);
    }

    /**
     * The text of a key as it is. It is in no message.
     *
     * @param key the key
     * @return the text; null if it is missing or empty
     */
    public @Nullable String secret(String key) {
        List<@Nullable Object> all = elements(values.get(key));
        if (all.size() > 1) {
            problem(key, "The " + what + " " + key + " has " + all.size() + " values: give one");
        }
        String text = all.isEmpty() ? "" : Objects.toString(all.getFirst(), "");
        return text.isEmpty() ? null : text;
    }

    /**
     * The name that a configuration gives to its service. If there is none, that is noted.
     *
     * @param key the key
     * @return its text; if it is not given, the part of the PID after the {@code ~}, or all of another PID
     */
    public String name(String key) {
        String pid = Objects.toString(values.get("service.pid"), "");
        String name = text(key, pid.substring(pid.indexOf('~') + 1), "a name");
        if (name.isEmpty()) {
            problem(key, "The " + what + " " + key + " is missing: give a name");
        }
        return name;
    }

    /**
     * The meaning of text.
     *
     * @param value a value
     * @return it without blanks around it; null if it is no text
     */
    public static @Nullable String textOf(Object value) {
        return value instanceof String text ? text.strip() : null;
    }

    /**
     * The meaning of a number, also as text.
     *
     * @param value a value
     * @param least the smallest one that makes sense
     * @param most the largest one that makes sense
     * @return the number; null if it is no whole number of that range
     */
    public static @Nullable Integer numberOf(Object value, int least, int most) {
        if (value instanceof Double || value instanceof Float) {
            return null;
        }
        try {
            long number = Long.parseLong(value.toString().strip());
            return number < least || number > most ? null : (Integer) (int) number;
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
