package io.anyio.api.net;

import java.util.Objects;

/**
 * How connections are served.
 *
 * @param isolated whether a handler that throws ends its own connection only, which is logged, instead of ending the
 * server
 * @param name what the tasks are named after, in front of the address of the other side; empty for the handler's class
 */
public record ServeOptions(boolean isolated, String name) {
    /** As AnyIO does: an error of a handler ends the server. */
    public static final ServeOptions DEFAULT = new ServeOptions(false, "");

    /** Refuses null. */
    public ServeOptions {
        Objects.requireNonNull(name, "ServeOptions: the name is null, give an empty one for the class of the handler");
    }

    /**
     * Chooses what an error of a handler ends.
     *
     * @param value true for its own connection only; the stream is then closed when its handler has ended in whatever
     * way
     * @return new options
     */
    public ServeOptions isolated(boolean value) {
        return new ServeOptions(value, name);
    }

    /**
     * Names the tasks of the handlers.
     *
     * @param value what stands in front of the address of the other side; empty for the handler's class
     * @return new options
     */
    public ServeOptions name(String value) {
        return new ServeOptions(isolated, value);
    }
}
