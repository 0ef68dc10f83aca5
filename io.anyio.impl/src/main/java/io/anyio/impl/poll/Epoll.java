package io.anyio.impl.poll;

import io.anyio.api.spi.error.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An epoll instance of Linux, and the event descriptor that wakes it.
 *
 * <p>Any thread may change what is polled, or wake the poll, while the loop's thread closes both descriptors. A closed
 * descriptor may belong to another file a moment later. So each use of a descriptor from outside is counted, and the
 * close waits for these uses. A later use finds the count below zero. {@code PollerTest} wakes and registers after the
 * close.
 */
final class Epoll {
    private static final Report LOG = new Report(Epoll.class.getName());
    private static final int MAX_EVENTS = 1024;
    private static final int CLOSED = -1;

    /** The data of wake-up events; no channel has this number. */
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
            // no effect, but links the call here, and not on the stack of the first cancel from outside
            Libc.linkSignal(opened);
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

    /** Waits for events; on the loop's thread. Returns their number; each is then read by its index. */
    int await(int millis) {
        try {
            return Libc.epollWait(epoll, events, MAX_EVENTS, millis, error);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events of an entry of the last {@link #await}. */
    int events(int index) {
        return EpollEvent.events(events, index);
    }

    /** The channel's number of an entry of the last {@link #await}. */
    long data(int index) {
        return EpollEvent.data(events, index);
    }

    /** Begins a use of the descriptors, which {@link #leave} ends; false if they are closed. */
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

    /** Changes what is polled of a descriptor, after {@link #enter}. */
    void control(int operation, int descriptor, int interest, long data) throws IOException {
        Libc.epollControl(epoll, operation, descriptor, interest, data);
    }

    /** Ends an {@link #await}, or the next one. From any thread. */
    void wakeup() {
        if (!enter()) {
            return;
        }
        try {
            Libc.signal(eventfd);
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
