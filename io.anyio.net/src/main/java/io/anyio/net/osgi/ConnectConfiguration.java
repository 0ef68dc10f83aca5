package io.anyio.net.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configurations that say where to connect; their factory PID is {@code io.anyio.net.connect}. */
@ObjectClassDefinition(name = "AnyIO connectable",
        description = "Where to connect: a host with its port, or the path of a UNIX socket")
public @interface ConnectConfiguration {
    /**
     * The name of the service.
     *
     * @return the name; empty for the part of the PID after the {@code ~}
     */
    @AttributeDefinition(required = false, name = "Name",
            description = "The property anyio.connect.name; empty for the part of the PID after the ~")
    String anyio_connect_name() default "";

    /**
     * The host.
     *
     * @return a name or an address; empty for a path
     */
    @AttributeDefinition(required = false, name = "Host", description = "A name or an address; needs a port")
    String host() default "";

    /**
     * The port.
     *
     * @return 1..65535
     */
    @AttributeDefinition(required = false, name = "Port", description = "1..65535")
    String port() default "";

    /**
     * The path of a UNIX socket.
     *
     * @return an absolute path; empty for a host
     */
    @AttributeDefinition(required = false, name = "Path",
            description = "The absolute path of a UNIX socket, instead of host and port")
    String path() default "";

    /**
     * The TLS context.
     *
     * @return its name; empty for no TLS
     */
    @AttributeDefinition(required = false, name = "TLS", description = "The name of a TLS context; empty for no TLS")
    String tls() default "";

    /**
     * The time limit.
     *
     * @return a duration such as {@code 10s}; empty for no limit
     */
    @AttributeDefinition(required = false, name = "Timeout",
            description = "How long a connection may take, with its handshake, such as 10s; empty for no limit")
    String timeout() default "";
}
