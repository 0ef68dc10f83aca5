package io.anyio.impl.osgi;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.owner.HolderOwners;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * The grace that a configuration sets. A wrong value is logged, and the grace does not change.
 */
final class Grace {
    static final String PID = "io.anyio.impl.owners";

    private static final String KEY = "grace.millis";
    private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();

    private Grace() {}

    static Duration of(Map<String, Object> configuration, Duration now) {
        for (String key : configuration.keySet()) {
            if (key.startsWith("grace") && !key.equals(KEY)) {
                log("The key " + key + " of " + PID + " is unknown and has no effect: use " + KEY);
            }
        }
        Object value = configuration.get(KEY);
        if (value == null) {
            return HolderOwners.DEFAULT_GRACE;
        }
        try {
            long millis = Long.parseLong(value.toString().strip());
            if (millis >= 0 && millis <= LONGEST_MILLIS) {
                return Duration.ofMillis(millis);
            }
        } catch (NumberFormatException _) {
            // reported below, like a value that is out of range
        }
        String text = Arrays.deepToString(new Object[]{value});
        log(KEY + " of " + PID + " is " + text.substring(1, text.length() - 1) + ", and the grace stays at "
                + now.toMillis() + " ms: give milliseconds, 0.." + LONGEST_MILLIS);
        return now;
    }

    private static void log(String text) {
        new Report(PID).log(System.Logger.Level.ERROR, null, text);
    }
}
