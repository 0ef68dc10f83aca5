package io.anyio.api.net;

import java.util.Objects;

/**
 * Options for serving connections.
 *
 * {@snippet :
 * listener.serve(echo::handle, options -> options.isolated(true));
 * }
 *
 * <p>Guide: {@code docs/tcp.md}. AnyIO has no counterpart: there a failing handler always ends its server.
 *
 * @param isolated whether an exception of a handler ends its own connection only, and is logged, instead of ending the
 * server
 * @param name the beginning of the names of the tasks, before the address of the other side; empty for the handler's
 * class
 */
public record ServeOptions(boolean isolated, String name) {
    /** An exception of a handler ends the server, as in AnyIO. */
    public static final ServeOptions DEFAULT = new ServeOptions(false, "");

    /** Refuses null. */
    public ServeOptions {
        Objects.requireNonNull(name, "ServeOptions: the name is null, give an empty one for the class of the handler");
    }

    /**
     * Sets what an exception of a handler ends. If handlers are isolated, the stream is closed when its handler has
     * ended, in whatever way.
     *
     * @param value true to end its own connection only
     * @return new options
     */
    public ServeOptions isolated(boolean value) {
        return new ServeOptions(value, name);
    }

    /**
     * Sets the names of the tasks that run the handlers.
     *
     * @param value the beginning of the names, before the address of the other side; empty for the handler's class
     * @return new options
     */
    public ServeOptions name(String value) {
        return new ServeOptions(isolated, value);
    }
}
