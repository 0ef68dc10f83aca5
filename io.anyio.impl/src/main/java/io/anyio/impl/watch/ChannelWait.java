package io.anyio.impl.watch;

import io.anyio.impl.poll.Watched;
import io.anyio.impl.poll.Watcher;
import java.nio.channels.SelectableChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The wait of one task. It is listed among the waits for its direction until it is released. */
final class ChannelWait extends Watched implements AutoCloseable, Runnable {
    /** Completed, never exceptionally, when it is released. */
    final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    private final Map<SelectableChannel, ChannelWait> direction;

    /** Set before it is handed in. */
    private volatile @Nullable Watcher watcher;

    ChannelWait(SelectableChannel channel, int ops, Map<SelectableChannel, ChannelWait> direction) {
        super(channel, ops);
        this.direction = direction;
    }

    /** Adds it to the list; false if another task waits for the same direction. */
    boolean enter() {
        return direction.putIfAbsent(channel, this) == null;
    }

    void leave() {
        direction.remove(channel, this);
    }

    /** Begins; false if the watcher has ended. */
    boolean begin(Watcher by) {
        watcher = by;
        return by.hand(this);
    }

    private void endFromOutside(End how) {
        Watcher by = watcher;
        if (tryEnd(how) && by != null) {
            by.hand(this);
        }
    }

    /** Called if the task is cancelled. */
    @Override
    public void run() {
        endFromOutside(End.CANCELLED);
    }

    /** Called if the channel will be closed, or the owner ends. */
    @Override
    public void close() {
        endFromOutside(End.CLOSED);
    }

    @Override
    protected void released() {
        leave();
        done.complete(null);
    }
}
