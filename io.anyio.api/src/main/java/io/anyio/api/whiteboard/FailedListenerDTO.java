package io.anyio.api.whiteboard;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A service or configuration that requests a server but is not served, or one of its end points that is not: its
 * properties or its handler are invalid, another service has its port, or the port is in use.
 *
 * @param code the kind of the reason
 * @param kind what it wants to listen on; null if it concerns the whole service or configuration
 * @param endpoint where it wants to listen, such as {@code tcp://127.0.0.1:7007}; empty if it concerns the whole
 * service or configuration
 * @param serviceId the id of the service; -1 for a configuration without a handler
 * @param bundle the symbolic name of the bundle that provides it; that of the whiteboard's own for a configuration
 * without a handler
 * @param pid the PID of the configuration that requests it; empty if the service does by its own properties
 * @param keys the keys whose values are wrong; empty if none is
 * @param reason why it is not served, and the remedy
 */
public record FailedListenerDTO(FailureCode code, @Nullable ListenerKind kind, String endpoint, long serviceId,
        String bundle, String pid, List<String> keys, String reason) {
    /** Copies the list. */
    public FailedListenerDTO {
        keys = List.copyOf(Objects.requireNonNull(keys, "FailedListenerDTO: the keys are null"));
    }
}
