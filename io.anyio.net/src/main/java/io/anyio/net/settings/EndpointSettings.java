package io.anyio.net.settings;

import io.anyio.api.stream.ServeOptions;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server that is to exist.
 *
 * @param socket how it listens
 * @param limits how it serves
 * @param tls the name of its TLS context, empty for none
 * @param grace how long its handlers may go on at the end, or null for what the bundle gives
 */
public record EndpointSettings(Socket socket, ServeOptions limits, String tls, @Nullable Duration grace) {
    /**
     * How it listens. If this changes, it has to listen anew.
     *
     * @param endpoint where
     * @param backlog how many connections may wait
     * @param reusePort whether to share the port
     * @param permissions the permissions of a path, empty for the usual ones
     * @param deleteAtClose whether a path is deleted at the end
     * @param loops on how many loops the handlers run
     */
    public record Socket(Endpoint endpoint, int backlog, boolean reusePort, Set<PosixFilePermission> permissions,
            boolean deleteAtClose, int loops) {}

    /**
     * Where it listens.
     *
     * @return the end point
     */
    public Endpoint endpoint() {
        return socket.endpoint();
    }

    /**
     * Whether only one of two servers can listen.
     *
     * @param other another one
     * @return false if they do not meet, or both share their port
     */
    public boolean excludes(EndpointSettings other) {
        return endpoint().excludes(other.endpoint()) && !(socket.reusePort() && other.socket.reusePort());
    }
}
