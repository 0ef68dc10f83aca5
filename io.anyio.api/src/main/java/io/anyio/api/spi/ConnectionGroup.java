package io.anyio.api.spi;

import io.anyio.api.task.TaskGroup;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The task group of a server's connections, as the listener sees it that spawns their tasks. It says what the server
 * demands of its listener and of each connection. A listener that wraps another one passes the group on.
 *
 * <p>A listener that ignores this interface still works: the group itself waits for room, but then a connection that
 * was accepted may wait for its task.
 */
@ProviderType
public interface ConnectionGroup {
    /**
     * Returns the demands of a group.
     *
     * @param group the group that {@code serve} was given
     * @return the group, or null if it is an ordinary one
     */
    static @Nullable ConnectionGroup of(TaskGroup<?> group) {
        return group instanceof ConnectionGroup connections ? connections : null;
    }

    /**
     * The name of the tasks, before the address of the other side.
     *
     * @return the name
     */
    String name();

    /**
     * Tells whose server it is, for its log. Several listeners may tell.
     *
     * @param owner the owner of the listener
     */
    void servedBy(Owner owner);

    /**
     * Waits until another connection may be accepted, or the listener is closed. If a listener passes no checkpoint
     * after this call until it spawns the task of the connection, there is still room. A checkpoint only if it waits.
     *
     * @param isClosed whether the listener is closed; it calls {@link #wakeUp} after it has become so
     * @return whether there is room; false only if the listener is closed
     */
    boolean awaitRoom(BooleanSupplier isClosed);

    /** Lets those who wait for room look whether their listener is closed. From any thread. */
    void wakeUp();

    /**
     * How long a handshake of this server may take.
     *
     * @return the time, or null if the server leaves that to the listener
     */
    @Nullable
    Duration handshakeTimeout();

    /**
     * After how long a connection without a byte in either direction is to be ended.
     *
     * @return the time, or null for never
     */
    @Nullable
    Duration idleTimeout();

    /**
     * Whether the handler of a connection is to be cancelled when the other side has gone.
     *
     * @return true if it is
     */
    boolean peerLeft();

    /**
     * Reports that a connection was idle for too long, and is ended next. It does not count if the caller is cancelled,
     * or another cause has been reported for the connection. In its task or a child of that.
     *
     * @param connection the connection, for the log
     * @param timeout the time that applied to it
     */
    void wasIdle(Object connection, Duration timeout);

    /**
     * Reports that the other side has gone, and the handler is cancelled next. It does not count if the caller is
     * cancelled, or another cause has been reported for the connection. In its task or a child of that.
     *
     * @param connection the connection, for the log
     */
    void hasLeft(Object connection);

    /**
     * Reports that the TLS handshake of a connection has failed, and the connection is closed next. The server decides
     * whose fault that is. It does not count if the caller is cancelled, or another cause has been reported for the
     * connection. In its task or a child of that.
     *
     * @param connection the connection, for the log
     * @param reason what the handshake threw
     * @param handled whether somebody handles the reason, so that the log need not have it
     */
    void handshakeFailed(Object connection, Throwable reason, boolean handled);
}
