package io.anyio.api.whiteboard;

/**
 * A server of the whiteboard, as it was when the snapshot was taken.
 *
 * @param kind what it listens on
 * @param endpoint where it listens, as in {@link Whiteboard#ENDPOINT}, such as {@code tcp://127.0.0.1:7007}
 * @param serviceId the id of the service that handles its connections
 * @param bundle the symbolic name of the bundle that provides it
 * @param pid the PID of the configuration that requests it; empty if the service does by its own properties
 * @param handler the class of its handler
 * @param host the address or name on which it listens, or its path; empty for all addresses
 * @param port the port on which it listens; -1 for a path
 * @param tls the name of its TLS context; empty for none
 * @param connections how many connections are open, also those of before a change; always 0 for UDP
 * @param accepted how many connections were accepted, or datagrams received
 * @param failures how many handlers have failed with an error of their own; a connection that the peer reset, or that
 * was cancelled, does not count
 * @param peerFailures how many connections the peer ended too early, or in the handshake
 * @param idle how many connections were ended because they were idle
 * @param left how many handlers were cancelled because their peer had gone
 */
public record ListenerDTO(ListenerKind kind, String endpoint, long serviceId, String bundle, String pid, String handler,
        String host, int port, String tls, int connections, long accepted, long failures, long peerFailures, long idle,
        long left) {}
