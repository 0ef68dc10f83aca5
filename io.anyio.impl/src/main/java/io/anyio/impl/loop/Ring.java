package io.anyio.impl.loop;

import org.jspecify.annotations.Nullable;

/**
 * What is ready, in order. Unlike an {@link java.util.ArrayDeque}, which forgets all it has if there is no memory to
 * grow, this one stays as it was; and it can grow beforehand. Not thread-safe.
 */
final class Ring {
    private static final int SMALLEST = 64;

    private @Nullable Runnable[] items = new @Nullable Runnable[SMALLEST];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Makes room, so that to add needs no memory as long as there are no more. */
    void reserve(int count) {
        if (count > items.length) {
            grow(Integer.highestOneBit(count - 1) << 1);
        }
    }

    void addLast(Runnable item) {
        if (size == items.length) {
            grow(2 * size);
        }
        items[(head + size++) & (items.length - 1)] = item;
    }

    /** Takes the first, which must be there. */
    @SuppressWarnings("NullAway") // below size there is always one
    Runnable pollFirst() {
        Runnable first = items[head];
        items[head] = null;
        head = (head + 1) & (items.length - 1);
        size--;
        return first;
    }

    private void grow(int length) {
        @Nullable
        Runnable[] larger = new @Nullable Runnable[length];
        int straight = Math.min(size, items.length - head);
        System.arraycopy(items, head, larger, 0, straight);
        System.arraycopy(items, 0, larger, straight, size - straight);
        items = larger;
        head = 0;
    }
}
