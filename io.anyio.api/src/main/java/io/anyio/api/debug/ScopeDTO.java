package io.anyio.api.debug;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cancel scope as it was a moment ago.
 *
 * @param name the scope's name, empty if it has none
 * @param timeLeft until its deadline, or null if it has none; zero if that has passed
 * @param shield whether it protects from cancellation of the scopes around it
 * @param cancelled whether it was cancelled
 */
public record ScopeDTO(String name, @Nullable Duration timeLeft, boolean shield, boolean cancelled) {
    void appendTo(StringBuilder text) {
        text.append(" [scope").append(name.isEmpty() ? "" : " '" + name + "'")
                .append(timeLeft == null ? "" : " " + TaskDTO.seconds(timeLeft) + " left")
                .append(shield ? " shielded" : "").append(cancelled ? " cancelled" : "").append(']');
    }
}
