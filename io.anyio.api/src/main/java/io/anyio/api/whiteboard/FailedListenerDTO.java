package io.anyio.api.whiteboard;

/**
 * A service that should be a server but is none: its properties or its handler are wrong, another service has its port,
 * or it waits for a port that is busy.
 *
 * @param serviceId the id of the service
 * @param bundle the symbolic name of the bundle that provides it
 * @param port its property for the port, as text
 * @param reason why it is none
 */
public record FailedListenerDTO(long serviceId, String bundle, String port, String reason) {}
