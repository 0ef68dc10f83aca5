package io.anyio.api.debug;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cancel scope, as it was when the snapshot was taken.
 *
 * @param name the scope's name, empty if it has none
 * @param timeLeft the time until its deadline, zero if that has passed, or null if it has none
 * @param shield whether it is protected from the cancellation of enclosing scopes
 * @param cancelled whether it has been cancelled
 */
public record ScopeDTO(String name, @Nullable Duration timeLeft, boolean shield, boolean cancelled) {
    private static final int MILLIS_PER_SECOND = 1000;

    void appendTo(StringBuilder text) {
        text.append(" [scope").append(name.isEmpty() ? "" : " '" + name + "'")
                .append(timeLeft == null ? "" : " " + seconds(timeLeft) + " left")
                .append(shield ? " shielded" : "").append(cancelled ? " cancelled" : "").append(']');
    }

    static String seconds(Duration time) {
        return time.toSeconds() + "." + (time.toMillisPart() + MILLIS_PER_SECOND + "").substring(1) + " s";
    }
}
