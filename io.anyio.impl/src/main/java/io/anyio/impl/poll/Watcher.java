package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.poll.Watched.End;
import io.anyio.impl.poll.Watched.Place;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A selector for the channels of one provider, and the thread that selects. The thread ends after a second without
 * waits.
 *
 * <p>The selector of a loop would not do: any thread may close a channel of another library, and the JDK then takes the
 * locks of the channel and of its selectors. A loop's thread that needs such a lock could wait behind its own task.
 * This thread runs no tasks. Epoll would not do either: the descriptor of a closed channel may belong to another file.
 *
 * <p>The JDK reports to no selector that a channel was closed, so the channels are checked every {@value #LOOK_MILLIS}
 * ms while a task waits. Until then the JDK keeps the descriptor of a closed channel.
 */
public final class Watcher implements Runnable {
    private static final Report LOG = new Report(Watcher.class.getName());
    private static final long LOOK_MILLIS = 10;
    private static final long IDLE_MILLIS = 1000;
    private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    private final Selector selector;
    private final SelectorProvider provider;
    private final Map<SelectorProvider, Watcher> all;

    /** Waits that begin, and waits that were ended from outside. */
    private final Queue<Watched> handed = new ConcurrentLinkedQueue<>();

    /** The first of the waits that have not ended. This and what follows is confined to the thread. */
    private @Nullable Watched going;

    /** The first of those that have, and may still be registered. */
    private @Nullable Watched ended;

    private long looked = System.nanoTime();

    /** Whether new waits are refused. */
    private volatile boolean closed;

    /** The waits for one channel: the attachment of its key. */
    private static final class Both {
        @Nullable
        Watched reader;
        @Nullable
        Watched writer;

        void enter(Watched wait) {
            if ((wait.ops & READ_OPS) != 0) {
                reader = wait;
            } else {
                writer = wait;
            }
        }

        /**
         * Removes a wait; false if the next wait already has its place, because a task could not wait for the release.
         */
        boolean leave(Watched wait) {
            if (reader == wait) {
                reader = null;
                return true;
            }
            if (writer == wait) {
                writer = null;
                return true;
            }
            return false;
        }
    }

    /**
     * Opens a selector; there is no thread before {@link #start}.
     *
     * @param provider of the channels
     * @param all the map that contains it, and from which it removes itself at its end
     * @throws IOException if the operating system provides no selector
     */
    public Watcher(SelectorProvider provider, Map<SelectorProvider, Watcher> all) throws IOException {
        this.selector = provider.openSelector();
        this.provider = provider;
        this.all = all;
    }

    /** Starts the thread. If none can be created, the caller calls {@link #end}. */
    public void start() {
        Thread thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("anyio-channels")
                .unstarted(this);
        thread.setContextClassLoader(Watcher.class.getClassLoader());
        thread.start();
    }

    /**
     * Hands in a wait that begins, or that was ended from outside. From any thread.
     *
     * @param wait the wait
     * @return false if this has ended
     */
    public boolean hand(Watched wait) {
        handed.add(wait);
        // either this sees the end, or the thread sees the wait
        if (closed && handed.remove(wait)) {
            return false;
        }
        selector.wakeup();
        return true;
    }

    /**
     * Ends the watcher, without a lock: a task that waits for a lock could keep it from the tasks of all loops until
     * its own loop continues.
     */
    private boolean tryClose() {
        closed = true;
        if (!handed.isEmpty()) {
            closed = false;
        }
        return closed;
    }

    @Override
    public void run() {
        try {
            boolean idle;
            do {
                idle = round();
            } while (!idle || !tryClose());
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, e, "Waiting for channels of other code failed");
            fail(e);
        } finally {
            end();
        }
    }

    /** Selects once; returns whether there was nothing to wait for. */
    private boolean round() throws IOException {
        try {
            for (Watched wait = handed.poll(); wait != null; wait = handed.poll()) {
                take(wait);
            }
            boolean idle = going == null && ended == null;
            if (ended == null) {
                selector.select(this::found, idle ? IDLE_MILLIS : LOOK_MILLIS);
                look();
            }
            release();
            return idle;
        } catch (OutOfMemoryError e) {
            // each wait is still in its list; what the selector was asked for may be lost
            for (Watched wait = going; wait != null; wait = wait.next()) {
                wait.asked = Watched.NOTHING;
            }
            Thread.yield();
            return false;
        }
    }

    private void take(Watched wait) {
        if (wait.place == Place.NOT_SEEN) {
            wait.place = Place.GOING;
            going = wait.joinBefore(going);
        }
        look(wait);
    }

    /** Looks at all waits from time to time, also at those that could not be handed in for lack of memory. */
    private void look() {
        long now = System.nanoTime();
        if (now - looked >= TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
            looked = now;
            Watched next;
            for (Watched wait = going; wait != null; wait = next) {
                next = wait.next();
                look(wait);
            }
        }
    }

    /** Looks for what no selector reports, and asks it for the rest. */
    private void look(Watched wait) {
        if (!wait.hasEnded()) {
            try {
                if (!wait.channel.isOpen()) {
                    wait.tryEnd(End.CLOSED);
                } else {
                    ask(wait);
                }
            } catch (ClosedChannelException | CancelledKeyException _) {
                wait.tryEnd(End.CLOSED);
            } catch (RuntimeException e) {
                wait.tryEnd(e);
            }
        }
        // handed in by its end while it was being handed in for its beginning, it may be done already
        if (wait.hasEnded()) {
            moveToEnded(wait);
        }
    }

    private void ask(Watched wait) throws ClosedChannelException {
        boolean pending = wait.channel instanceof SocketChannel socket && socket.isConnectionPending();
        boolean connects = (wait.ops & SelectionKey.OP_CONNECT) != 0;
        if (connects && !pending) {
            // the selector does not tell of a connection that another thread has finished
            wait.tryEnd(End.READY);
            return;
        }
        // while the connect is pending, the JDK reports nothing else, but does not sleep if there was something
        int wanted = pending && !connects ? 0 : wait.ops;
        if (wait.asked != wanted) {
            SelectionKey key = wait.channel.keyFor(selector);
            if (key == null) {
                key = wait.channel.register(selector, 0, new Both());
            }
            ((Both) key.attachment()).enter(wait);
            // a change, or the JDK would not look at it
            key.interestOpsAnd(~wait.ops);
            key.interestOpsOr(wanted);
            wait.asked = wanted;
        }
    }

    private void found(SelectionKey key) {
        try {
            int ready = key.readyOps();
            Both both = (Both) key.attachment();
            found(both.reader, ready & READ_OPS);
            found(both.writer, ready & ~READ_OPS);
        } catch (CancelledKeyException _) {
            // closed meanwhile, which the check finds
        }
    }

    private void found(@Nullable Watched wait, int ready) {
        if (ready != 0 && wait != null) {
            wait.tryEnd(End.READY);
            moveToEnded(wait);
        }
    }

    private void moveToEnded(Watched wait) {
        if (wait.place == Place.GOING) {
            wait.place = Place.ENDED;
            going = wait.leave(going);
            ended = wait.joinBefore(ended);
        }
    }

    /** Removes the registrations of the waits that have ended, and lets their tasks continue. */
    private void release() throws IOException {
        Watched first = ended;
        if (first == null) {
            return;
        }
        for (Watched wait = first; wait != null; wait = wait.next()) {
            unregister(wait);
        }
        // this alone deregisters a channel whose key was cancelled, and frees its descriptor if it is closed
        selector.selectNow(this::found);
        // what was found now stands before the first
        Watched next;
        for (Watched wait = first; wait != null; wait = next) {
            next = wait.next();
            ended = wait.leave(ended);
            wait.place = Place.RELEASED;
            wait.released();
        }
    }

    private void unregister(Watched wait) {
        SelectionKey key = wait.channel.keyFor(selector);
        if (key == null || !((Both) key.attachment()).leave(wait)) {
            return;
        }
        try {
            int left = key.interestOps() & ~wait.ops;
            if (left == 0) {
                key.cancel();
            } else {
                key.interestOps(left);
            }
        } catch (CancelledKeyException _) {
            // by the channel's close
        }
    }

    private void fail(Throwable e) {
        // first: this deregisters the channels before their tasks continue
        end();
        for (Watched wait = handed.poll(); wait != null; wait = handed.poll()) {
            if (wait.place == Place.NOT_SEEN) {
                wait.place = Place.GOING;
                going = wait.joinBefore(going);
            }
        }
        going = failAll(going, e);
        ended = failAll(ended, e);
    }

    private static @Nullable Watched failAll(@Nullable Watched list, Throwable e) {
        Watched first = list;
        while (first != null) {
            Watched wait = first;
            first = wait.leave(first);
            wait.place = Place.RELEASED;
            wait.tryEnd(e);
            wait.released();
        }
        return null;
    }

    /** Closes the selector and removes itself from the map: its last act, or called instead of its start. */
    public void end() {
        closed = true;
        try {
            selector.close();
            all.remove(provider, this);
        } catch (IOException | OutOfMemoryError e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a selector failed");
        }
    }
}
