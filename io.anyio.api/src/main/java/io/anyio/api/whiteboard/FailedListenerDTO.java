package io.anyio.api.whiteboard;

/**
 * A service that should be a server but is none.
 *
 * @param serviceId the id of the service
 * @param bundle the symbolic name of the bundle that provides it
 * @param port its property for the port, as text
 * @param reason what was wrong
 */
public record FailedListenerDTO(long serviceId, String bundle, String port, String reason) {}
