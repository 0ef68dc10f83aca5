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
 * override it, as a number or as text, also in a list with one value. A key that begins with {@code anyio.} and is not
 * an element, or a value that cannot be parsed, results in a failed listener: see
 * {@link WhiteboardRuntime#failedListeners}. If several services want the same port, the one with the highest
 * {@code service.ranking} gets it. If another program holds the port, the whiteboard tries again until it is free.
 *
 * <p>Guide: {@code docs/tcp.md}. AnyIO has no counterpart; it is the whiteboard pattern of OSGi, and
 * {@code docs/adr/0011-tcp.md} gives the reasons for its rules.
 */
@ComponentPropertyType
@RequireWhiteboard
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface TcpListener {
    /** The prefix of the service properties. */
    String PREFIX_ = "anyio.tcp.";

    /**
     * The port on which the server listens.
     *
     * @return 0..65535; 0 for any free port
     */
    int port();

    /**
     * The address on which the server listens.
     *
     * @return a local address, or a name with one or several addresses; empty for all addresses
     */
    String host() default "";

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
}
