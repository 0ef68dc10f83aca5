package io.anyio.api.net;

import java.util.Objects;

/**
 * An address in words.
 *
 * @param host the name of the host; the address as text if it has none
 * @param service the name of the service on that port; the port as text if it has none
 */
public record NameInfo(String host, String service) {
    /** Refuses null. */
    public NameInfo {
        Objects.requireNonNull(host, "NameInfo: the host is null");
        Objects.requireNonNull(service, "NameInfo: the service is null");
    }
}
