package io.anyio.testing;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Runs blocks of several tasks in the order of their numbers: 0, 1, 2 and so on. It makes a race happen in one definite
 * order.
 *
 * {@snippet :
 * Sequencer sequencer = new Sequencer();
 * List<String> order = new ArrayList<>();
 * group.spawn(() -> sequencer.run(1, () -> order.add("second")));
 * sequencer.run(0, () -> order.add("first"));
 * sequencer.run(2, () -> order.add("third"));
 * }
 *
 * <p>Each number is used once. If a block is cancelled or fails, the blocks with higher numbers never run: tasks that
 * wait for their turn get an exception. All tasks must be of one loop.
 *
 * <p>Guide: {@code docs/testing.md}. Trio has {@code trio.testing.Sequencer} for this.
 */
public final class Sequencer {
    private final Map<Integer, Event> turns = new HashMap<>();
    private final Map<Integer, Boolean> used = new HashMap<>();
    private boolean broken;

    /** Makes a sequencer that begins with 0. */
    public Sequencer() {}

    /**
     * Waits until the blocks with all lower numbers have run, and runs a block. A checkpoint; a cancelled call breaks
     * the sequence.
     *
     * @param <X> the block's checked exception
     * @param number the position of the block in the sequence, from 0
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the number has been used before, or a block with a lower number was cancelled or
     * failed
     * @throws IllegalArgumentException if the number is negative
     */
    public <X extends Exception> void run(int number, Block<X> block) throws X {
        Objects.requireNonNull(block, "Sequencer.run: the block is null");
        if (number < 0) {
            throw new IllegalArgumentException("The number of the sequencer is " + number + ": give 0 or more");
        }
        if (used.put(number, true) != null) {
            throw new IllegalStateException(
                    "The number " + number + " of the sequencer has been used before: give each block its own");
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
