package io.anyio.impl.stream;

import org.jspecify.annotations.Nullable;

/**
 * Items in order, which may be null, in a chain of segments: adding an item never copies the others, however many there
 * are. Guarded by its owner.
 */
final class Buffer {
    private static final int SEGMENT_SIZE = 64;

    private static final class Segment {
        final @Nullable Object[] items;

        @Nullable
        Segment next;

        Segment(int size) {
            items = new @Nullable Object[size];
        }
    }

    private final int capacity;
    private @Nullable Segment first;
    private @Nullable Segment last;
    private int firstIndex;
    private int lastIndex;
    private int size;
    private int peak;

    Buffer(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return size;
    }

    int peak() {
        return peak;
    }

    boolean isFull() {
        return size >= capacity;
    }

    void add(@Nullable Object item) {
        room().items[lastIndex++] = item;
        size++;
        peak = Math.max(peak, size);
    }

    /** Makes space for one more item, so that adding it needs no memory. */
    private Segment room() {
        Segment segment = last;
        if (segment == null || lastIndex == segment.items.length) {
            Segment next = new Segment(Math.min(SEGMENT_SIZE, capacity));
            if (segment == null) {
                first = next;
            } else {
                segment.next = next;
            }
            last = next;
            lastIndex = 0;
            segment = next;
        }
        return segment;
    }

    /** Adds an item and removes the oldest one; without memory for that, nothing has changed. */
    @Nullable
    Object rotate(@Nullable Object item) {
        if (size == 0) {
            return item;
        }
        if (size > 1) {
            var _ = room();
        }
        Object oldest = poll();
        add(item);
        return oldest;
    }

    /** Removes the oldest item. */
    @Nullable
    Object poll() {
        Segment segment = first;
        if (segment != null && firstIndex == segment.items.length) {
            segment = segment.next;
            first = segment;
            firstIndex = 0;
        }
        if (segment == null || size == 0) {
            throw new IllegalStateException("The buffer is empty");
        }
        Object item = segment.items[firstIndex];
        segment.items[firstIndex++] = null;
        if (--size == 0) {
            first = last;
            firstIndex = 0;
            lastIndex = 0;
        }
        return item;
    }

    /** Drops all items and returns how many there were. */
    int clear() {
        int dropped = size;
        first = null;
        last = null;
        firstIndex = 0;
        lastIndex = 0;
        size = 0;
        return dropped;
    }
}
