package io.anyio.impl.poll;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** The structure {@code epoll_event}: a set of events, and a number of our choice. It is packed only on x86. */
final class EpollEvent {
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    private static final long DATA = PACKED ? 4 : 8;

    /** The size of one structure, in bytes. */
    static final long SIZE = PACKED ? 12 : 16;

    private EpollEvent() {}

    static void set(MemorySegment event, int events, long data) {
        event.set(JAVA_INT_UNALIGNED, 0, events);
        event.set(JAVA_LONG_UNALIGNED, DATA, data);
    }

    static int events(MemorySegment array, int index) {
        return array.get(JAVA_INT_UNALIGNED, index * SIZE);
    }

    static long data(MemorySegment array, int index) {
        return array.get(JAVA_LONG_UNALIGNED, index * SIZE + DATA);
    }
}
