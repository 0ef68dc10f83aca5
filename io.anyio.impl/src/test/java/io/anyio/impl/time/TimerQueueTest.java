package io.anyio.impl.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
    private final TimerQueue queue = new TimerQueue();
    private final List<TestTimer> fired = new ArrayList<>();

    private final class TestTimer extends Timer {
        @Override
        public void fire() {
            fired.add(this);
        }
    }

    private void fireUntil(long now) {
        for (Timer due = queue.due(now); due != null; due = queue.due(now)) {
            due.fire();
        }
    }

    @Test
    void anEmptyQueueHasNoDeadline() {
        assertEquals(Long.MAX_VALUE, queue.next());
        assertNull(queue.due(Long.MAX_VALUE));
        queue.remove(new TestTimer());
    }

    @Test
    void aTimerStandsInTheQueueOnce() {
        TestTimer timer = new TestTimer();
        queue.add(timer, 5);
        assertThrows(IllegalStateException.class, () -> queue.add(timer, 6));
        queue.remove(timer);
        queue.remove(timer);
        queue.add(timer, 7);
        assertEquals(7, queue.next());
        assertSame(timer, queue.due(7));
        assertNull(queue.due(7));
        queue.add(timer, 8);
        fireUntil(8);
        assertEquals(List.of(timer), fired);
    }

    @Test
    void aTimerMayAddAndRemoveOthersWhenItFires() {
        TestTimer victim = new TestTimer();
        TestTimer late = new TestTimer();
        queue.add(new Timer() {
            @Override
            public void fire() {
                queue.remove(victim);
                queue.add(late, 2);
            }
        }, 1);
        queue.add(victim, 3);
        fireUntil(10);
        assertEquals(List.of(late), fired);
    }

    /** Random additions, removals and moves, held against a model that is searched in full. */
    @Test
    void itBehavesLikeASortedList() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            playRound(random, "round " + round + ", seed " + seed);
        }
    }

    /** Its array grows and shrinks with them. */
    @Test
    void manyTimersComeAndGo() {
        for (int i = 0; i < 2_000; i++) {
            queue.add(new TestTimer(), i);
        }
        for (int i = 0; i < 2_000; i++) {
            assertEquals(2_000 - i, queue.size());
            assertEquals(i, queue.next());
            fireUntil(i);
        }
        assertEquals(2_000, fired.size());
    }

    private void playRound(SplittableRandom random, String where) {
        Map<TestTimer, Long> model = new HashMap<>();
        List<TestTimer> all = new ArrayList<>();
        int range = 1 + random.nextInt(random.nextBoolean() ? 10 : 1_000_000);
        int most = 1 + random.nextInt(500);
        long now = 0;
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    if (model.size() < most) {
                        TestTimer timer = all.isEmpty() || random.nextBoolean()
                                ? new TestTimer()
                                : all.get(random.nextInt(all.size()));
                        queue.remove(timer);
                        long deadline = random.nextInt(100) == 0 ? extreme(random) : now + random.nextInt(range);
                        queue.add(timer, deadline);
                        model.put(timer, deadline);
                        all.add(timer);
                    }
                }
                case 4, 5 -> {
                    if (!all.isEmpty()) {
                        TestTimer timer = all.get(random.nextInt(all.size()));
                        queue.remove(timer);
                        model.remove(timer);
                    }
                }
                default -> {
                    now += random.nextInt(range) / 4;
                    fireUntil(now, model, where);
                }
            }
            assertEquals(model.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE), queue.next(),
                    where);
            assertEquals(model.size(), queue.size(), where);
        }
        model.keySet().forEach(queue::remove);
        assertEquals(Long.MAX_VALUE, queue.next(), where);
    }

    private static long extreme(SplittableRandom random) {
        return random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    private void fireUntil(long now, Map<TestTimer, Long> model, String where) {
        fired.clear();
        fireUntil(now);
        long last = Long.MIN_VALUE;
        for (TestTimer timer : fired) {
            Long deadline = model.remove(timer);
            assertTrue(deadline != null && deadline >= last && deadline <= now, where);
            last = deadline;
        }
        assertTrue(model.values().stream().allMatch(deadline -> deadline > now), where);
    }
}
