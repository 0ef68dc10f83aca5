package io.anyio.api.whiteboard;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Makes a component that is a {@link io.anyio.api.net.ConnectionHandler} a server on a UNIX socket. Otherwise like
 * {@link TcpListener}, with the prefix {@code anyio.unix.}.
 *
 * <p>Guide: {@code docs/whiteboard.md}. Rules: WB-01 to WB-48 of {@code docs/beyond.md}.
 */
@ComponentPropertyType
@RequireWhiteboard
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface UnixListener {
    /** The prefix of the service properties. */
    String PREFIX_ = "anyio.unix.";

    /**
     * The path of the socket's file, or several paths: each is a server of its own.
     *
     * @return an absolute path, of at most 106 bytes on Linux
     */
    String[] path();

    /**
     * The permissions of the socket's file, which decide who may connect.
     *
     * @return as {@code ls} shows them, such as {@code rw-rw----}; empty for those that the process gives to new files
     */
    String permissions() default "";

    /**
     * Whether the socket's file is deleted when the server ends.
     *
     * @return true to delete it
     */
    boolean deleteAtClose() default false;

    /**
     * How many connections may wait to be accepted.
     *
     * @return at least 1; a value above 65536 counts as 65536. The operating system may allow fewer
     */
    int backlog() default 65536;

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
