package io.anyio.api.whiteboard;

/**
 * Names that are shared by the users of the whiteboard and its implementation. {@link TcpListener},
 * {@link UnixListener} and {@link UdpListener} set the properties of services for a component.
 */
public final class Whiteboard {
    /** The name of the capability in the namespace {@code osgi.implementation}. */
    public static final String IMPLEMENTATION = "io.anyio.whiteboard";

    /** The version of the capability. */
    public static final String VERSION = "0.1.0";

    /** The factory PID of the configurations that serve a handler. */
    public static final String LISTENER_PID = "io.anyio.net.listener";

    /** The key of such a configuration for the handler: a filter on the properties of its service. */
    public static final String HANDLER_TARGET = "handler.target";

    /** The service property by which a handler chooses a whiteboard: a filter on the properties of its runtime. */
    public static final String TARGET = "anyio.whiteboard.target";

    /** The property of the {@link WhiteboardRuntime} that grows with each change of what is served or failed. */
    public static final String CHANGE_COUNT = "service.changecount";

    /** The property of the {@link WhiteboardRuntime} for the end points on which is listened. */
    public static final String ENDPOINT = "anyio.endpoint";

    /** The TCP key for the port, or several ports. */
    public static final String TCP_PORT = TcpListener.PREFIX_ + "port";

    /** The TCP key for the local address, or several. */
    public static final String TCP_HOST = TcpListener.PREFIX_ + "host";

    /** The TCP key for how many connections may wait to be accepted. */
    public static final String TCP_BACKLOG = TcpListener.PREFIX_ + "backlog";

    /** The TCP key for whether others may share the port. */
    public static final String TCP_REUSE_PORT = TcpListener.PREFIX_ + "reusePort";

    /** The TCP key for how many connections are served at the same time. */
    public static final String TCP_MAX_CONNECTIONS = TcpListener.PREFIX_ + "maxConnections";

    /** The TCP key for the time after which a silent connection is ended. */
    public static final String TCP_IDLE_TIMEOUT = TcpListener.PREFIX_ + "idleTimeout";

    /** The TCP key for how long a TLS handshake may take. */
    public static final String TCP_HANDSHAKE_TIMEOUT = TcpListener.PREFIX_ + "handshakeTimeout";

    /** The TCP key for how long the close of a connection may take. */
    public static final String TCP_CLOSE_TIMEOUT = TcpListener.PREFIX_ + "closeTimeout";

    /** The TCP key for how long handlers may go on when the service goes. */
    public static final String TCP_GRACE = TcpListener.PREFIX_ + "grace";

    /** The TCP key for whether a handler is cancelled when its peer has gone. */
    public static final String TCP_PEER_LEFT = TcpListener.PREFIX_ + "peerLeft";

    /** The TCP key for on how many loops handlers run. */
    public static final String TCP_LOOPS = TcpListener.PREFIX_ + "loops";

    /** The TCP key for the name of the TLS context. */
    public static final String TCP_TLS = TcpListener.PREFIX_ + "tls";

    /** The UNIX key for the path of the socket's file, or several paths. */
    public static final String UNIX_PATH = UnixListener.PREFIX_ + "path";

    /** The UNIX key for the permissions of the socket's file. */
    public static final String UNIX_PERMISSIONS = UnixListener.PREFIX_ + "permissions";

    /** The UNIX key for whether the socket's file is deleted at the end. */
    public static final String UNIX_DELETE_AT_CLOSE = UnixListener.PREFIX_ + "deleteAtClose";

    /** The UNIX key for how many connections may wait to be accepted. */
    public static final String UNIX_BACKLOG = UnixListener.PREFIX_ + "backlog";

    /** The UNIX key for how many connections are served at the same time. */
    public static final String UNIX_MAX_CONNECTIONS = UnixListener.PREFIX_ + "maxConnections";

    /** The UNIX key for the time after which a silent connection is ended. */
    public static final String UNIX_IDLE_TIMEOUT = UnixListener.PREFIX_ + "idleTimeout";

    /** The UNIX key for how long a TLS handshake may take. */
    public static final String UNIX_HANDSHAKE_TIMEOUT = UnixListener.PREFIX_ + "handshakeTimeout";

    /** The UNIX key for how long the close of a connection may take. */
    public static final String UNIX_CLOSE_TIMEOUT = UnixListener.PREFIX_ + "closeTimeout";

    /** The UNIX key for how long handlers may go on when the service goes. */
    public static final String UNIX_GRACE = UnixListener.PREFIX_ + "grace";

    /** The UNIX key for whether a handler is cancelled when its peer has gone. */
    public static final String UNIX_PEER_LEFT = UnixListener.PREFIX_ + "peerLeft";

    /** The UNIX key for on how many loops handlers run. */
    public static final String UNIX_LOOPS = UnixListener.PREFIX_ + "loops";

    /** The UNIX key for the name of the TLS context. */
    public static final String UNIX_TLS = UnixListener.PREFIX_ + "tls";

    /** The UDP key for the port, or several ports. */
    public static final String UDP_PORT = UdpListener.PREFIX_ + "port";

    /** The UDP key for the local address, or several. */
    public static final String UDP_HOST = UdpListener.PREFIX_ + "host";

    /** The UDP key for whether others may share the port. */
    public static final String UDP_REUSE_PORT = UdpListener.PREFIX_ + "reusePort";

    private Whiteboard() {}
}
