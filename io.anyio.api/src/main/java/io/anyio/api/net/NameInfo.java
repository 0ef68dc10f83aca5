package io.anyio.api.net;

import java.util.Objects;

/**
 * The names that belong to an address and port.
 *
 * @param host the name of the host, or the address as text if it has no name
 * @param service the name of the service, or the port as text if it has no name
 */
public record NameInfo(String host, String service) {
    /** Refuses null. */
    public NameInfo {
        Objects.requireNonNull(host, "NameInfo: the host is null");
        Objects.requireNonNull(service, "NameInfo: the service is null");
    }
}
