package io.anyio.api.whiteboard;

/**
 * A server of the whiteboard, as it is now.
 *
 * @param serviceId the id of its service
 * @param bundle the symbolic name of the bundle that provides it
 * @param handler the class of its handler
 * @param host where it should listen; empty for all addresses
 * @param port on which port it listens
 * @param connections how many connections are served now
 * @param accepted how many connections there have been
 * @param failures how many of their handlers have failed, by an error of their own: not because the client hung up, nor
 * because they were stopped
 */
public record ListenerDTO(long serviceId, String bundle, String handler, String host, int port, int connections,
        long accepted, long failures) {}
