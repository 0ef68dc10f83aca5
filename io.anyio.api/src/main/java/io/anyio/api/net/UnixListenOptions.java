package io.anyio.api.net;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;

/**
 * How a listener on a path is opened.
 *
 * @param permissions who may connect: the permissions of the socket's file, see
 * {@link java.nio.file.attribute.PosixFilePermissions#fromString}; empty for what the process gives its files
 * @param backlog how many connections may wait for their accept
 * @param deleteAtClose whether the close of the listener deletes the socket's file
 */
public record UnixListenOptions(Set<PosixFilePermission> permissions, int backlog, boolean deleteAtClose) {
    /** The permissions of the process; the file stays. */
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
     * Chooses who may connect.
     *
     * @param value the permissions of the socket's file; empty for what the process gives its files
     * @return new options
     */
    public UnixListenOptions permissions(Set<PosixFilePermission> value) {
        return new UnixListenOptions(value, backlog, deleteAtClose);
    }

    /**
     * Sets the backlog.
     *
     * @param value how many connections may wait for their accept; the operating system may allow less
     * @return new options
     * @throws IllegalArgumentException if it is less than 1
     */
    public UnixListenOptions backlog(int value) {
        return new UnixListenOptions(permissions, value, deleteAtClose);
    }

    /**
     * Chooses what becomes of the socket's file.
     *
     * @param value whether it is deleted at the close, if it is still the listener's own
     * @return new options
     */
    public UnixListenOptions deleteAtClose(boolean value) {
        return new UnixListenOptions(permissions, backlog, value);
    }
}
