package io.anyio.impl.time;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a loop in a heap in which each node has four children. Adding and removing take O(log n), because each
 * timer knows its place in the heap. Not thread-safe. {@code TimerQueueTest} compares random changes with a sorted
 * list.
 */
public final class TimerQueue {
    private static final int ARITY_SHIFT = 2;
    private static final int SMALLEST = 64;

    private @Nullable Timer[] heap = new Timer[SMALLEST];
    private int size;

    /**
     * How many timers wait.
     *
     * @return their number
     */
    public int size() {
        return size;
    }

    /**
     * The earliest deadline.
     *
     * @return in nanoseconds of the loop's clock, {@link Long#MAX_VALUE} if the queue is empty
     */
    public long next() {
        return size == 0 ? Long.MAX_VALUE : at(0).deadline;
    }

    /**
     * Adds a timer.
     *
     * @param timer an idle timer
     * @param deadline when it fires, in nanoseconds of the loop's clock
     * @throws IllegalStateException if the timer is in a queue already
     */
    public void add(Timer timer, long deadline) {
        if (timer.index != Timer.IDLE) {
            throw new IllegalStateException("The timer is in a queue already");
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        timer.deadline = deadline;
        up(size++, timer);
    }

    /**
     * Removes a timer; no effect on an idle one.
     *
     * @param timer the timer
     */
    public void remove(Timer timer) {
        int at = timer.index;
        if (at == Timer.IDLE) {
            return;
        }
        timer.index = Timer.IDLE;
        Timer last = at(--size);
        heap[size] = null;
        if (last != timer) {
            if (at > 0 && last.deadline < at((at - 1) >> ARITY_SHIFT).deadline) {
                up(at, last);
            } else {
                down(at, last);
            }
        }
        if (size > SMALLEST && size < heap.length / 4) {
            shrink();
        }
    }

    private void shrink() {
        try {
            heap = Arrays.copyOf(heap, heap.length / 2);
        } catch (OutOfMemoryError _) {
            // it shrinks later: a removal must not fail
        }
    }

    /**
     * Takes the earliest timer out if its deadline has come.
     *
     * @param now the time of the loop's clock
     * @return the timer, idle, or null if none is due
     */
    public @Nullable Timer due(long now) {
        if (size == 0 || at(0).deadline > now) {
            return null;
        }
        Timer first = at(0);
        remove(first);
        return first;
    }

    private void up(int from, Timer timer) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >> ARITY_SHIFT;
            if (at(parent).deadline <= timer.deadline) {
                break;
            }
            place(at, at(parent));
            at = parent;
        }
        place(at, timer);
    }

    private void down(int from, Timer timer) {
        int at = from;
        for (int first = (at << ARITY_SHIFT) + 1; first < size; first = (at << ARITY_SHIFT) + 1) {
            int least = first;
            for (int child = first + 1, end = Math.min(first + (1 << ARITY_SHIFT), size); child < end; child++) {
                if (at(child).deadline < at(least).deadline) {
                    least = child;
                }
            }
            if (at(least).deadline >= timer.deadline) {
                break;
            }
            place(at, at(least));
            at = least;
        }
        place(at, timer);
    }

    @SuppressWarnings("NullAway") // below size there is always a timer
    private Timer at(int index) {
        return heap[index];
    }

    private void place(int at, Timer timer) {
        heap[at] = timer;
        timer.index = at;
    }
}
