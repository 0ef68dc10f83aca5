package io.anyio.api.whiteboard;

/**
 * Names that are shared by the users of the whiteboard and its implementation. {@link TcpListener} sets all of them for
 * a component.
 */
public final class Whiteboard {
    /** The name of the capability in the namespace {@code osgi.implementation}. */
    public static final String IMPLEMENTATION = "io.anyio.whiteboard";

    /** The version of the capability. */
    public static final String VERSION = "0.1.0";

    /** The service property that makes a {@code ConnectionHandler} a TCP server. */
    public static final String TCP_PORT = TcpListener.PREFIX_ + "port";

    /** The service property for the address on which the server listens. */
    public static final String TCP_HOST = TcpListener.PREFIX_ + "host";

    /** The service property for how many connections may wait to be accepted. */
    public static final String TCP_BACKLOG = TcpListener.PREFIX_ + "backlog";

    /** The service property for whether other listeners may share the port. */
    public static final String TCP_REUSE_PORT = TcpListener.PREFIX_ + "reusePort";

    private Whiteboard() {}
}
