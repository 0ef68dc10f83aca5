package io.anyio.net.settings;

import io.anyio.api.spi.osgi.ConfigurationValues;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a value of a property means; null if it makes no sense. */
final class Meaning {
    private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|h|)");

    private Meaning() {}

    static ConfigurationValues.Meaning<Integer> number(int least, int most) {
        return value -> ConfigurationValues.numberOf(value, least, most);
    }

    static @Nullable Boolean truth(Object value) {
        return switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    static @Nullable String text(Object value) {
        return ConfigurationValues.textOf(value);
    }

    static @Nullable String path(Object value) {
        try {
            return value instanceof String text && Path.of(text.strip()).isAbsolute()
                    ? Path.of(text.strip()).normalize().toString()
                    : null;
        } catch (InvalidPathException _) {
            return null;
        }
    }

    static @Nullable Set<PosixFilePermission> permissions(Object value) {
        try {
            return value instanceof String text ? PosixFilePermissions.fromString(text.strip()) : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** A duration that is not negative. */
    static @Nullable Duration duration(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return null;
        }
        try {
            Duration parsed = parse(value.toString().strip().toLowerCase(Locale.ROOT));
            return parsed.toNanos() < 0 ? null : parsed;
        } catch (DateTimeException | ArithmeticException _) {
            return null;
        }
    }

    private static Duration parse(String text) {
        Matcher matcher = WITH_UNIT.matcher(text);
        if (!matcher.matches()) {
            return Duration.parse(text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofMillis(number);
        };
    }

    /** A duration that is positive. */
    static @Nullable Duration timeout(Object value) {
        Duration duration = duration(value);
        return duration != null && duration.isPositive() ? duration : null;
    }
}
