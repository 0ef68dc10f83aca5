package io.anyio.impl.loop;

import org.jspecify.annotations.Nullable;

/**
 * A queue of what is ready. If there is no memory to grow, it keeps its content, unlike an
 * {@link java.util.ArrayDeque}. It can also grow early. Not thread-safe.
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

    /** Makes space for as many items, so that adding them needs no memory. */
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

    /** Removes the first item; the ring must not be empty. */
    @SuppressWarnings("NullAway") // below size there is always an item
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
