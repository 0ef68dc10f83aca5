package io.anyio.api.whiteboard;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Makes a component that is a {@link io.anyio.api.net.ConnectionHandler} a TCP server.
 *
 * {@snippet :
 * public void handle(SocketStream stream) throws IOException {
 *     for (byte[] chunk : stream) {
 *         stream.send(chunk);
 *     }
 * }
 * }
 *
 * <p>A handler with this method that is annotated with {@code @Component} and {@code @TcpListener(port = 7007)} is an
 * echo server.
 *
 * <p>The bundle listens for as long as the service is registered. It requires the whiteboard, which
 * {@code io.anyio.net} provides. Each connection runs in a task of its own; a handler that throws ends its own
 * connection, and the exception is logged.
 *
 * <p>Each element is a service property, {@code anyio.tcp.port} and so on. The configuration of the component may
 * override it, as a number or as text, also in a list. A duration is text with a unit ({@code 500ms}, {@code 30s},
 * {@code 5m}, {@code 2h}), an ISO-8601 duration, or a number of milliseconds. A key that begins with {@code anyio.} and
 * is not an element, or a value that cannot be parsed, results in a failed listener: see
 * {@link WhiteboardRuntime#failedListeners}. If several services want the same port, the one with the highest
 * {@code service.ranking} gets it. If another program holds the port, the whiteboard tries again until it is free.
 *
 * <p>Guide: {@code docs/whiteboard.md}. Rules: WB-01 to WB-48 of {@code docs/beyond.md}. AnyIO has no counterpart; it
 * is the whiteboard pattern of OSGi.
 */
@ComponentPropertyType
@RequireWhiteboard
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface TcpListener {
    /** The prefix of the service properties. */
    String PREFIX_ = "anyio.tcp.";

    /**
     * The port on which the server listens, or several ports: each is a server of its own.
     *
     * @return 0..65535; 0 for any free port
     */
    int[] port();

    /**
     * The address on which the server listens, or several addresses: each is a server of its own.
     *
     * @return a local address, or a name with one or several addresses; empty for all addresses
     */
    String[] host() default "";

    /**
     * How many connections may wait to be accepted.
     *
     * @return at least 1; a value above 65536 counts as 65536. The operating system may allow fewer
     */
    int backlog() default 65536;

    /**
     * Whether other listeners may share the port, if the operating system supports that.
     *
     * @return true to share it
     */
    boolean reusePort() default false;

    /**
     * How many connections are served at the same time, on this end point; others wait in the system's queue.
     *
     * @return the greatest number; 0 for no limit
     */
    int maxConnections() default 0;

    /**
     * After how long without a byte in either direction a connection is ended.
     *
     * @return a duration, such as {@code 5m}; empty for never
     */
    String idleTimeout() default "";

    /**
     * How long a TLS handshake may take. Only with {@link #tls}.
     *
     * @return a duration, such as {@code 10s}; empty for 30 seconds
     */
    String handshakeTimeout() default "";

    /**
     * How long the close of a connection may take after its handler has ended: with TLS the other side has to answer.
     *
     * @return a duration, such as {@code 500ms}; empty for no limit
     */
    String closeTimeout() default "";

    /**
     * How long the handlers may go on when the service goes: they are asked to finish, and cancelled after this time,
     * at the latest when the bundle's grace has passed.
     *
     * @return a duration, such as {@code 500ms} or {@code 0}; empty for the bundle's grace
     */
    String grace() default "";

    /**
     * Whether a handler is cancelled when its peer has gone.
     *
     * @return true if it is
     */
    boolean peerLeft() default false;

    /**
     * On how many loops of the bundle the handlers run.
     *
     * @return the number of loops; 1 for the bundle's usual one, 0 for as many as there are processors
     */
    int loops() default 1;

    /**
     * The {@link io.anyio.api.tls.TlsContext} that encrypts the connections.
     *
     * @return its name; empty for no TLS
     */
    String tls() default "";
}
