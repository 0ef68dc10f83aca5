package io.anyio.impl.gather;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskGroup;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GatherTest {
    private final List<String> log = new ArrayList<>();

    private int after(int seconds, int value) {
        AnyIO.sleep(Duration.ofSeconds(seconds));
        log.add("done " + value);
        return value;
    }

    /** Waits until it is cancelled, and notes when it has cleaned up. */
    private int sleepForever(String name) {
        try {
            AnyIO.sleepForever();
            return 0;
        } finally {
            AnyIO.openCancelScope(options -> options.shield(true)).run(() -> AnyIO.sleep(Duration.ofSeconds(1)));
            log.add(name + " has ended");
        }
    }

    // ---- gather

    @AnyioTest(virtualClock = true)
    void valuesComeInTheOrderOfTheBodies() {
        assertEquals(List.of(1, 2, 3), AnyIO.gather(() -> after(3, 1), () -> after(1, 2), () -> after(2, 3)));
        assertEquals(List.of("done 2", "done 3", "done 1"), log);
        assertEquals(Arrays.asList("a", null), AnyIO.<String, RuntimeException>gather(() -> "a", () -> null));
    }

    @AnyioTest
    void noBodiesGiveNoValues() {
        assertEquals(List.of(), AnyIO.gather());
        assertEquals(List.of(), AnyIO.gather(List.<Body<String, RuntimeException>>of()));
    }

    @AnyioTest(virtualClock = true)
    void aFailureCancelsTheOthersAndLeavesAsItself() {
        IOException failure = new IOException("failed");
        IOException thrown = assertThrows(IOException.class, () -> AnyIO.gather(() -> sleepForever("first"), () -> {
            AnyIO.sleep(Duration.ofSeconds(1));
            throw failure;
        }));
        assertSame(failure, thrown);
        assertEquals(List.of("first has ended"), log);
    }

    @AnyioTest
    void severalFailuresLeaveInOneGroup() {
        ExceptionGroup thrown = assertThrows(ExceptionGroup.class, () -> AnyIO.gather(() -> {
            throw new IOException("a");
        }, () -> {
            try {
                AnyIO.sleepForever();
                return 1;
            } catch (CancelledError e) {
                throw new IllegalStateException("b", e);
            }
        }, () -> {
            throw new IOException("c");
        }));
        assertEquals("a", thrown.rootCause().getMessage());
        assertTrue(thrown.exceptions().size() > 1);
    }

    @AnyioTest(virtualClock = true)
    void aCancellationFromOutsideCancelsAndAwaitsTheBodies() {
        boolean finished = AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> {
            AnyIO.gather(() -> sleepForever("first"), () -> sleepForever("second"));
        });
        assertFalse(finished);
        assertEquals(List.of("first has ended", "second has ended"), log.stream().sorted().toList());
    }

    @Test
    void outsideOfATaskThereIsNothingToGatherIn() {
        assertThrows(NoEventLoopException.class, () -> AnyIO.gather(() -> 1));
    }

    // ---- map

    @AnyioTest(virtualClock = true)
    void mapCallsNoMoreThanTheLimitAtOnce() {
        int[] running = new int[2];
        List<Integer> items = IntStream.range(0, 20).boxed().toList();
        List<Integer> doubled = AnyIO.map(items, 3, item -> {
            running[1] = Math.max(running[1], ++running[0]);
            AnyIO.sleep(Duration.ofSeconds(20 - item));
            running[0]--;
            return 2 * item;
        });
        assertEquals(items.stream().map(item -> 2 * item).toList(), doubled);
        assertEquals(3, running[1]);
    }

    @AnyioTest(virtualClock = true)
    void mapWithoutLimitCallsAllAtOnce() {
        Duration time = Duration.ofSeconds(5);
        var start = AnyIO.currentTime();
        AnyIO.map(IntStream.range(0, 100).boxed().toList(), Integer.MAX_VALUE, _ -> after(5, 0));
        assertEquals(start.plus(time), AnyIO.currentTime());
        assertEquals(List.of(), AnyIO.map(List.of(), 1, item -> item));
    }

    @AnyioTest
    void mapTakesItemsFromAStreamAsTheyCome(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(0)) {
            group.spawn(() -> {
                for (int i = 0; i < 10; i++) {
                    stream.sender().send(i);
                    AnyIO.checkpoint();
                }
                stream.sender().close();
            });
            assertEquals(IntStream.rangeClosed(1, 10).boxed().toList(),
                    AnyIO.map(stream.receiver(), 2, item -> item + 1));
        }
    }

    @AnyioTest
    void mapFailsWithTheErrorOfACallAndBeginsNoMore() {
        IOException failure = new IOException("failed");
        List<Integer> begun = new ArrayList<>();
        assertSame(failure, assertThrows(IOException.class, () -> AnyIO.map(List.of(1, 2, 3, 4), 2, item -> {
            begun.add(item);
            if (item == 2) {
                throw failure;
            }
            AnyIO.sleepForever();
            return item;
        })));
        assertEquals(List.of(1, 2), begun);
    }

    @AnyioTest
    void aLimitLessThanOneIsRefused() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> AnyIO.map(List.of(1), 0, item -> item));
        assertTrue(refused.getMessage().contains("0"), refused.getMessage());
    }

    @AnyioTest(virtualClock = true)
    void aCancellationFromOutsideCancelsTheCallsOfMap() {
        CancelScope scope = AnyIO.openCancelScope(options -> options.timeout(Duration.ofSeconds(1)));
        scope.run(() -> AnyIO.map(List.of("a", "b", "c"), 2, this::sleepForever));
        assertTrue(scope.cancelledCaught());
        assertEquals(List.of("a has ended", "b has ended"), log.stream().sorted().toList());
    }
}
