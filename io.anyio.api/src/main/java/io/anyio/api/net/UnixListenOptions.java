package io.anyio.api.net;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;

/**
 * Options for listening on a path.
 *
 * {@snippet :
 * try (SocketListener listener = listeners.unix(path,
 *         o -> o.permissions(PosixFilePermissions.fromString("rw-------")).deleteAtClose(true))) {
 *     group.spawn("server", () -> listener.serve(echo::handle, options -> options.isolated(true)));
 *     try (SocketStream stream = network.connectUnix(path)) {
 *         stream.send("hello".getBytes(UTF_8));
 *         assertEquals("hello", new String(stream.receive(), UTF_8));
 *     }
 *     group.cancel();
 * }
 * }
 *
 * <p>Guide: {@code docs/tcp.md}. In AnyIO: {@code anyio.create_unix_listener}.
 *
 * @param permissions the permissions of the socket's file, which decide who may connect; empty for those that the
 * process gives to new files. See {@link java.nio.file.attribute.PosixFilePermissions#fromString}
 * @param backlog how many connections may wait to be accepted
 * @param deleteAtClose whether closing the listener deletes the socket's file
 */
public record UnixListenOptions(Set<PosixFilePermission> permissions, int backlog, boolean deleteAtClose) {
    /** The permissions that the process gives to new files; the file is not deleted. */
    public static final UnixListenOptions DEFAULT = new UnixListenOptions(Set.of(), ListenOptions.MAX_BACKLOG, false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the backlog is less than 1
     */
    public UnixListenOptions {
        Objects.requireNonNull(permissions,
                "UnixListenOptions: the permissions are null, give an empty set for those of the process");
        permissions.forEach(each -> Objects.requireNonNull(each, "UnixListenOptions: one of the permissions is null"));
        permissions = Set.copyOf(permissions);
        backlog = ListenOptions.checkedBacklog(backlog);
    }

    /**
     * Sets the permissions, which decide which users may connect.
     *
     * @param value the permissions of the socket's file; empty for those that the process gives to new files
     * @return new options
     */
    public UnixListenOptions permissions(Set<PosixFilePermission> value) {
        return new UnixListenOptions(value, backlog, deleteAtClose);
    }

    /**
     * Sets the backlog.
     *
     * @param value how many connections may wait to be accepted; the operating system may allow fewer
     * @return new options
     * @throws IllegalArgumentException if it is less than 1
     */
    public UnixListenOptions backlog(int value) {
        return new UnixListenOptions(permissions, value, deleteAtClose);
    }

    /**
     * Sets whether closing the listener deletes the socket's file, if the file is still that of the listener.
     *
     * @param value true to delete it
     * @return new options
     */
    public UnixListenOptions deleteAtClose(boolean value) {
        return new UnixListenOptions(permissions, backlog, value);
    }
}
