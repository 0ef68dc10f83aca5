package io.anyio.api.whiteboard;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Makes a component that is a {@link io.anyio.api.net.DatagramHandler} a UDP server. Otherwise like
 * {@link TcpListener}, with the prefix {@code anyio.udp.}.
 *
 * <p>Guide: {@code docs/whiteboard.md}. Rules: WB-01 to WB-48 of {@code docs/beyond.md}.
 */
@ComponentPropertyType
@RequireWhiteboard
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface UdpListener {
    /** The prefix of the service properties. */
    String PREFIX_ = "anyio.udp.";

    /**
     * The port on which the server receives, or several ports: each is a server of its own.
     *
     * @return 0..65535; 0 for any free port
     */
    int[] port();

    /**
     * The address on which the server receives, or several addresses: each is a server of its own.
     *
     * @return a local address, or a name with one; empty for all IPv4 addresses, {@code ::} for all IPv6 addresses
     */
    String[] host() default "";

    /**
     * Whether other sockets may share the port, if the operating system supports that.
     *
     * @return true to share it
     */
    boolean reusePort() default false;
}
