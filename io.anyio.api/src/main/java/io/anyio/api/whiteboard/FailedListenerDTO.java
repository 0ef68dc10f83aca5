package io.anyio.api.whiteboard;

/**
 * A service that has the properties of a server but is not served: its properties or its handler are invalid, another
 * service has its port, or the port is in use.
 *
 * @param serviceId the id of the service
 * @param bundle the symbolic name of the bundle that provides it
 * @param port the value of its property for the port, as text
 * @param reason why it is not served, and the remedy
 */
public record FailedListenerDTO(long serviceId, String bundle, String port, String reason) {}
