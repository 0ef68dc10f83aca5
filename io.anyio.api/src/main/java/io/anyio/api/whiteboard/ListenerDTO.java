package io.anyio.api.whiteboard;

/**
 * A server of the whiteboard, as it was when the snapshot was taken.
 *
 * @param serviceId the id of its service
 * @param bundle the symbolic name of the bundle that provides it
 * @param handler the class of its handler
 * @param host the address or name on which it listens; empty for all addresses
 * @param port the port on which it listens
 * @param connections how many connections are open
 * @param accepted how many connections have been accepted
 * @param failures how many handlers have failed with an error of their own; a connection that the peer reset, or that
 * was cancelled, does not count
 */
public record ListenerDTO(long serviceId, String bundle, String handler, String host, int port, int connections,
        long accepted, long failures) {}
