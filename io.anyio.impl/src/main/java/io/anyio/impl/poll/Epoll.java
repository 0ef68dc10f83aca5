package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One epoll of Linux, and the event descriptor that wakes it up.
 *
 * <p>Any thread may change what is polled, or wake it up, while the loop's thread closes both descriptors, and a closed
 * one may be another file's a moment later. So who uses a descriptor from outside is counted, and the close waits for
 * them; who comes later finds the count below zero. {@code PollerTest} wakes up and registers after the close.
 */
final class Epoll {
    private static final Report LOG = new Report(Epoll.class.getName());
    private static final int MAX_EVENTS = 1024;
    private static final int CLOSED = -1;

    /** The data of the wake-up's events; no channel's. */
    static final int WAKE_UP = 0;

    /** For calls on the loop's thread. */
    final MemorySegment error;

    private final int epoll;
    private final int eventfd;
    private final MemorySegment events;

    /** How many threads are using the descriptors, or {@link #CLOSED}. */
    private final AtomicInteger users = new AtomicInteger();

    Epoll() {
        Arena arena = Arena.ofAuto();
        events = arena.allocate(MAX_EVENTS * EpollEvent.SIZE, Long.BYTES);
        error = Libc.newErrorState(arena);
        try {
            epoll = Libc.epollCreate();
            eventfd = openEventfd(epoll);
        } catch (IOException e) {
            throw new UncheckedIOException("No epoll can be opened for an event loop", e);
        }
    }

    private static int openEventfd(int epoll) throws IOException {
        int opened = -1;
        boolean added = false;
        try {
            opened = Libc.eventfd();
            // tells nobody anything, but links the call here, and not on the stack of the first who cancels from
            // outside
            Libc.signal(opened, 0);
            Libc.epollControl(epoll, Libc.EPOLL_CTL_ADD, opened, Libc.EPOLLIN | Libc.EPOLLET, WAKE_UP);
            added = true;
            return opened;
        } finally {
            if (!added) {
                closeQuietly(opened);
                closeQuietly(epoll);
            }
        }
    }

    /** Waits for events; on the loop's thread. Returns how many there are, to be read by their index. */
    int await(int millis) {
        try {
            return Libc.epollWait(epoll, events, MAX_EVENTS, millis, error);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has happened, of the last {@link #await}. */
    int events(int index) {
        return EpollEvent.events(events, index);
    }

    /** To whom it has happened, of the last {@link #await}. */
    long data(int index) {
        return EpollEvent.data(events, index);
    }

    /** Uses the descriptors; false if they are closed, else {@link #leave} is due. */
    boolean enter() {
        int now;
        do {
            now = users.get();
            if (now < 0) {
                return false;
            }
        } while (!users.compareAndSet(now, now + 1));
        return true;
    }

    void leave() {
        users.decrementAndGet();
    }

    /** Changes what is polled of a descriptor; whoever has entered. */
    void control(int operation, int descriptor, int interest, long data) throws IOException {
        Libc.epollControl(epoll, operation, descriptor, interest, data);
    }

    /** Ends an {@link #await}, or the next one. From any thread. */
    void wakeup() {
        if (!enter()) {
            return;
        }
        try {
            Libc.signal(eventfd, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            leave();
        }
    }

    void close() {
        while (!users.compareAndSet(0, CLOSED)) {
            Thread.onSpinWait();
        }
        closeQuietly(eventfd);
        closeQuietly(epoll);
    }

    private static void closeQuietly(int descriptor) {
        if (descriptor < 0) {
            return;
        }
        try {
            Libc.close(descriptor);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a descriptor of an event loop failed");
        }
    }
}
