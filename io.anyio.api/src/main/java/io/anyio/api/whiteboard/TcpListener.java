package io.anyio.api.whiteboard;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Makes a component that is an {@code io.anyio.api.net.ConnectionHandler} a TCP server: whoever provides the service
 * listens as long as it is registered. A bundle that uses this requires the whiteboard of {@code io.anyio.net}.
 *
 * <p>Each is a service property, {@code anyio.tcp.port} and so on, and may be overridden by the configuration of the
 * component, as a number or as text, also in a list of one. A key that begins with {@code anyio.} and is unknown, or a
 * value that is not understood, makes a failed listener. Of services that exclude each other on a port the one with the
 * highest {@code service.ranking} gets it. A port that is busy is tried again until it is free.
 */
@ComponentPropertyType
@RequireWhiteboard
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface TcpListener {
    /** What stands in front of each name, which makes the service property. */
    String PREFIX_ = "anyio.tcp.";

    /**
     * The port.
     *
     * @return 0..65535; 0 for any free one
     */
    int port();

    /**
     * Where to listen.
     *
     * @return a local address, or a name that has one or several; empty for all addresses
     */
    String host() default "";

    /**
     * How many connections may wait for their accept.
     *
     * @return at least 1; more than 65536 are cut
     */
    int backlog() default 65536;

    /**
     * Whether other listeners may share the port.
     *
     * @return true to share it
     */
    boolean reusePort() default false;
}
