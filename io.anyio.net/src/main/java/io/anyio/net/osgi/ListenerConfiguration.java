package io.anyio.net.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The configurations that serve a handler; their factory PID is {@code io.anyio.net.listener}. The keys are those of
 * the annotations of {@code io.anyio.api.whiteboard}, with one for the handler.
 */
@ObjectClassDefinition(name = "AnyIO listener",
        description = "Serves a handler on TCP ports, UNIX sockets or UDP ports")
public @interface ListenerConfiguration {
    /**
     * Chooses the handler.
     *
     * @return a filter on the properties of its service
     */
    @AttributeDefinition(name = "Handler",
            description = "A filter on the properties of the handler's service, such as (component.name=echo)")
    String handler_target();

    /**
     * The TCP key {@code port}.
     *
     * @return the port, or several ports: 0..65535, 0 for any free one
     */
    @AttributeDefinition(required = false, name = "TCP: port",
            description = "The port, or several ports: 0..65535, 0 for any free one")
    String[] anyio_tcp_port() default {};

    /**
     * The TCP key {@code host}.
     *
     * @return the local address or name, or several; empty for all addresses
     */
    @AttributeDefinition(required = false, name = "TCP: host",
            description = "The local address or name, or several; empty for all addresses")
    String[] anyio_tcp_host() default {};

    /**
     * The TCP key {@code backlog}.
     *
     * @return how many connections may wait to be accepted
     */
    @AttributeDefinition(required = false, name = "TCP: backlog",
            description = "How many connections may wait to be accepted")
    int anyio_tcp_backlog() default 65536;

    /**
     * The TCP key {@code reusePort}.
     *
     * @return whether others may share the port
     */
    @AttributeDefinition(required = false, name = "TCP: reuse port",
            description = "Whether others may share the port")
    boolean anyio_tcp_reusePort() default false;

    /**
     * The TCP key {@code maxConnections}.
     *
     * @return how many connections are served at the same time; 0 for no limit
     */
    @AttributeDefinition(required = false, name = "TCP: max connections",
            description = "How many connections are served at the same time; 0 for no limit")
    int anyio_tcp_maxConnections() default 0;

    /**
     * The TCP key {@code idleTimeout}.
     *
     * @return after how long without a byte a connection is ended, such as 5m; empty for never
     */
    @AttributeDefinition(required = false, name = "TCP: idle timeout",
            description = "After how long without a byte a connection is ended, such as 5m; empty for never")
    String anyio_tcp_idleTimeout() default "";

    /**
     * The TCP key {@code handshakeTimeout}.
     *
     * @return how long a TLS handshake may take, such as 10s; only with tls
     */
    @AttributeDefinition(required = false, name = "TCP: handshake timeout",
            description = "How long a TLS handshake may take, such as 10s; only with tls")
    String anyio_tcp_handshakeTimeout() default "";

    /**
     * The TCP key {@code closeTimeout}.
     *
     * @return how long the close of a connection may take, such as 500ms; empty for no limit
     */
    @AttributeDefinition(required = false, name = "TCP: close timeout",
            description = "How long the close of a connection may take, such as 500ms; empty for no limit")
    String anyio_tcp_closeTimeout() default "";

    /**
     * The TCP key {@code grace}.
     *
     * @return how long handlers may go on at the end, such as 1s; empty for that of the bundle
     */
    @AttributeDefinition(required = false, name = "TCP: grace",
            description = "How long handlers may go on at the end, such as 1s; empty for that of the bundle")
    String anyio_tcp_grace() default "";

    /**
     * The TCP key {@code peerLeft}.
     *
     * @return whether a handler is cancelled when its peer has gone
     */
    @AttributeDefinition(required = false, name = "TCP: peer left",
            description = "Whether a handler is cancelled when its peer has gone")
    boolean anyio_tcp_peerLeft() default false;

    /**
     * The TCP key {@code loops}.
     *
     * @return on how many loops handlers run; 0 for as many as there are processors
     */
    @AttributeDefinition(required = false, name = "TCP: loops",
            description = "On how many loops handlers run; 0 for as many as there are processors")
    int anyio_tcp_loops() default 1;

    /**
     * The TCP key {@code tls}.
     *
     * @return the name of a TLS context; empty for no TLS
     */
    @AttributeDefinition(required = false, name = "TCP: tls",
            description = "The name of a TLS context; empty for no TLS")
    String anyio_tcp_tls() default "";

    /**
     * The UNIX key {@code path}.
     *
     * @return the absolute path of the socket's file, or several paths
     */
    @AttributeDefinition(required = false, name = "UNIX: path",
            description = "The absolute path of the socket's file, or several paths")
    String[] anyio_unix_path() default {};

    /**
     * The UNIX key {@code permissions}.
     *
     * @return the permissions of the socket's file, such as rw-rw----; empty for the usual ones
     */
    @AttributeDefinition(required = false, name = "UNIX: permissions",
            description = "The permissions of the socket's file, such as rw-rw----; empty for the usual ones")
    String anyio_unix_permissions() default "";

    /**
     * The UNIX key {@code deleteAtClose}.
     *
     * @return whether the socket's file is deleted at the end
     */
    @AttributeDefinition(required = false, name = "UNIX: delete at close",
            description = "Whether the socket's file is deleted at the end")
    boolean anyio_unix_deleteAtClose() default false;

    /**
     * The UNIX key {@code backlog}.
     *
     * @return how many connections may wait to be accepted
     */
    @AttributeDefinition(required = false, name = "UNIX: backlog",
            description = "How many connections may wait to be accepted")
    int anyio_unix_backlog() default 65536;

    /**
     * The UNIX key {@code maxConnections}.
     *
     * @return how many connections are served at the same time; 0 for no limit
     */
    @AttributeDefinition(required = false, name = "UNIX: max connections",
            description = "How many connections are served at the same time; 0 for no limit")
    int anyio_unix_maxConnections() default 0;

    /**
     * The UNIX key {@code idleTimeout}.
     *
     * @return after how long without a byte a connection is ended, such as 5m; empty for never
     */
    @AttributeDefinition(required = false, name = "UNIX: idle timeout",
            description = "After how long without a byte a connection is ended, such as 5m; empty for never")
    String anyio_unix_idleTimeout() default "";

    /**
     * The UNIX key {@code handshakeTimeout}.
     *
     * @return how long a TLS handshake may take, such as 10s; only with tls
     */
    @AttributeDefinition(required = false, name = "UNIX: handshake timeout",
            description = "How long a TLS handshake may take, such as 10s; only with tls")
    String anyio_unix_handshakeTimeout() default "";

    /**
     * The UNIX key {@code closeTimeout}.
     *
     * @return how long the close of a connection may take, such as 500ms; empty for no limit
     */
    @AttributeDefinition(required = false, name = "UNIX: close timeout",
            description = "How long the close of a connection may take, such as 500ms; empty for no limit")
    String anyio_unix_closeTimeout() default "";

    /**
     * The UNIX key {@code grace}.
     *
     * @return how long handlers may go on at the end, such as 1s; empty for that of the bundle
     */
    @AttributeDefinition(required = false, name = "UNIX: grace",
            description = "How long handlers may go on at the end, such as 1s; empty for that of the bundle")
    String anyio_unix_grace() default "";

    /**
     * The UNIX key {@code peerLeft}.
     *
     * @return whether a handler is cancelled when its peer has gone
     */
    @AttributeDefinition(required = false, name = "UNIX: peer left",
            description = "Whether a handler is cancelled when its peer has gone")
    boolean anyio_unix_peerLeft() default false;

    /**
     * The UNIX key {@code loops}.
     *
     * @return on how many loops handlers run; 0 for as many as there are processors
     */
    @AttributeDefinition(required = false, name = "UNIX: loops",
            description = "On how many loops handlers run; 0 for as many as there are processors")
    int anyio_unix_loops() default 1;

    /**
     * The UNIX key {@code tls}.
     *
     * @return the name of a TLS context; empty for no TLS
     */
    @AttributeDefinition(required = false, name = "UNIX: tls",
            description = "The name of a TLS context; empty for no TLS")
    String anyio_unix_tls() default "";

    /**
     * The UDP key {@code port}.
     *
     * @return the port, or several ports: 0..65535, 0 for any free one
     */
    @AttributeDefinition(required = false, name = "UDP: port",
            description = "The port, or several ports: 0..65535, 0 for any free one")
    String[] anyio_udp_port() default {};

    /**
     * The UDP key {@code host}.
     *
     * @return the local address or name, or several; empty for all addresses
     */
    @AttributeDefinition(required = false, name = "UDP: host",
            description = "The local address or name, or several; empty for all addresses")
    String[] anyio_udp_host() default {};

    /**
     * The UDP key {@code reusePort}.
     *
     * @return whether others may share the port
     */
    @AttributeDefinition(required = false, name = "UDP: reuse port",
            description = "Whether others may share the port")
    boolean anyio_udp_reusePort() default false;
}
