package io.anyio.net.stream;

import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.ConnectionGroup;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * Cancels the handler of a connection that is idle, or whose other side has gone. The connection is closed when its
 * handler has ended, in whatever way: nobody would watch it any more. The socket is watched, so with TLS the bytes of a
 * handshake count.
 *
 * <p>Each connection is counted once. A watcher reports the cause, and then cancels the handler, so that what the
 * handler throws afterwards does not count. The end of the handler cancels the watchers, so that what they learn
 * afterwards does not count either. {@code ServeStatisticsTest} proves it.
 */
final class Liveness implements Block<Exception> {
    private final ConnectionGroup server;
    private final BlockWith<? super SocketStream, ?> handler;
    private final ChannelStream stream;

    Liveness(ConnectionGroup server, BlockWith<? super SocketStream, ?> handler, ChannelStream stream) {
        this.server = server;
        this.handler = handler;
        this.stream = stream;
    }

    /** Whether a server wants its connections to be watched. */
    static boolean isWanted(ConnectionGroup server) {
        return server.idleTimeout() != null || server.peerLeft();
    }

    /** Runs the handler. In the task of the connection. */
    @Override
    public void run() throws Exception {
        TaskContext task = TaskContext.current("SocketListener.serve");
        try (stream) {
            task.createTaskGroup(IOException.class, GroupOptions.DEFAULT).run(this::watch);
        }
    }

    private void watch(TaskGroup<IOException> watchers) throws Exception {
        Duration idleTimeout = server.idleTimeout();
        if (idleTimeout != null) {
            Deadline _ = stream.lastTransfer(); // before the handler begins: the first call begins to note them
            watchers.spawn("idle timeout of " + stream, () -> awaitIdle(watchers, idleTimeout));
        }
        if (!server.peerLeft()) {
            handle(watchers, stream);
        } else if (stream.tellsHangUp()) {
            watchers.spawn("hang-up of " + stream, () -> endIf(stream.awaitHangUp(), watchers));
            handle(watchers, stream);
        } else {
            try (ReadAhead ahead = ReadAhead.of(stream)) {
                watchers.spawn("receive from " + stream, () -> endIf(ahead.receiveUntilEnd(), watchers));
                handle(watchers, ahead);
            }
        }
    }

    private void handle(TaskGroup<IOException> watchers, SocketStream connection) throws Exception {
        try (Closeable _ = watchers::cancel) {
            handler.run(connection);
        }
    }

    private void awaitIdle(TaskGroup<IOException> watchers, Duration timeout) {
        TaskContext task = TaskContext.current("SocketListener.serve");
        Deadline due = stream.lastTransfer().plus(timeout);
        while (task.currentTime().isBefore(due)) {
            task.sleepUntil(due);
            due = stream.lastTransfer().plus(timeout);
        }
        server.wasIdle(stream, timeout);
        cancel(watchers, "no byte has come or gone for " + timeout);
    }

    private void endIf(boolean left, TaskGroup<IOException> watchers) {
        if (left) {
            server.hasLeft(stream);
            cancel(watchers, "the other side has gone");
        }
    }

    private void cancel(TaskGroup<IOException> watchers, String reason) {
        watchers.cancelScope().cancel("The connection " + stream + ": " + reason);
    }
}
