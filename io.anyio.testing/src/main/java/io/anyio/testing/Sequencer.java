package io.anyio.testing;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Runs blocks of several tasks in the order of their numbers: 0, 1, 2 and so on. It makes a race happen in one definite
 * way.
 *
 * <pre>{@code
 * Sequencer sequencer = new Sequencer();
 * group.spawn(() -> sequencer.run(1, () -> lock.acquire()));
 * sequencer.run(0, () -> lock.acquire());
 * sequencer.run(2, () -> lock.release());
 * }</pre>
 *
 * <p>Each number is used once. If a block is cancelled or fails, the numbers after it will never come: who waits for
 * them gets an error. For tasks of one loop.
 */
public final class Sequencer {
    private final Map<Integer, Event> turns = new HashMap<>();
    private final Map<Integer, Boolean> used = new HashMap<>();
    private boolean broken;

    /** Makes a sequencer that begins with 0. */
    public Sequencer() {}

    /**
     * Waits until all blocks with smaller numbers have run, then runs a block. A checkpoint.
     *
     * @param <X> the block's checked exception
     * @param number when it is its turn
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the number was used before, or a block before it was cancelled or failed
     * @throws IllegalArgumentException if the number is negative
     */
    public <X extends Exception> void run(int number, Block<X> block) throws X {
        Objects.requireNonNull(block, "Sequencer.run: the block is null");
        if (number < 0) {
            throw new IllegalArgumentException("number < 0: " + number);
        }
        if (used.put(number, true) != null) {
            throw new IllegalStateException("The number " + number + " of the sequencer was used before");
        }
        boolean done = false;
        try {
            if (number == 0) {
                AnyIO.checkpoint();
            } else if (!broken) {
                turn(number).await();
            }
            if (broken) {
                throw new IllegalStateException(
                        "The sequencer will never come to " + number + ": a block before it was cancelled or failed");
            }
            block.run();
            done = true;
        } finally {
            if (!done) {
                broken = true;
                turns.values().forEach(Event::set);
            }
            turn(number + 1).set();
        }
    }

    private Event turn(int number) {
        return turns.computeIfAbsent(number, _ -> AnyIO.createEvent());
    }
}
