package io.anyio.impl.gather;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Completed;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class RaceTest {
    private final List<String> log = new ArrayList<>();

    private String after(int seconds, String name) {
        try {
            AnyIO.sleep(Duration.ofSeconds(seconds));
            return name;
        } catch (CancelledError e) {
            AnyIO.openCancelScope(options -> options.shield(true)).run(() -> AnyIO.sleep(Duration.ofSeconds(1)));
            log.add(name + " was cancelled");
            throw e;
        }
    }

    // ---- race

    @AnyioTest(virtualClock = true)
    void theFirstThatReturnsWinsAndTheLosersAreCancelledAndAwaited() {
        assertEquals("b", AnyIO.race(() -> after(3, "a"), () -> after(1, "b"), () -> after(2, "c")));
        assertEquals(List.of("a was cancelled", "c was cancelled"), log.stream().sorted().toList());
    }

    @AnyioTest(virtualClock = true)
    void whoFailsIsOutOfTheRace() throws IOException {
        assertEquals("slow", AnyIO.race(() -> {
            throw new IOException("fast, but failed");
        }, () -> after(1, "slow")));
        assertNull(AnyIO.<String, RuntimeException>race(() -> null, () -> after(1, "slow")));
    }

    @AnyioTest
    void ifAllFailTheirErrorsLeaveInOneGroup() {
        ExceptionGroup thrown = assertThrows(ExceptionGroup.class, () -> AnyIO.race(() -> {
            throw new IOException("a");
        }, () -> {
            throw new IllegalStateException("b");
        }));
        assertEquals(List.of("a", "b"), thrown.exceptions().stream().map(Throwable::getMessage).toList());
        IOException alone = new IOException("alone");
        assertSame(alone, assertThrows(IOException.class, () -> AnyIO.race(() -> {
            throw alone;
        })));
    }

    @AnyioTest(virtualClock = true)
    void whatALoserThrowsAfterTheEndIsDroppedExceptErrors() {
        assertEquals("winner", AnyIO.race(() -> after(1, "winner"), () -> {
            try {
                return after(2, "loser");
            } catch (CancelledError e) {
                throw new IllegalStateException("clean-up failed", e);
            }
        }));
        AssertionError bug = new AssertionError("bug");
        assertSame(bug, assertThrows(AssertionError.class, () -> AnyIO.race(() -> after(1, "winner"), () -> {
            throw bug;
        })));
    }

    @AnyioTest
    void aRaceOfNobodyIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> AnyIO.race());
    }

    @AnyioTest(virtualClock = true)
    void aCancellationFromOutsideEndsTheRace() {
        assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> {
            AnyIO.race(() -> after(5, "a"), () -> after(6, "b"));
        }));
        assertEquals(List.of("a was cancelled", "b was cancelled"), log.stream().sorted().toList());
    }

    // ---- asCompleted

    @AnyioTest(virtualClock = true)
    void valuesComeInTheOrderOfTheirCompletion() {
        List<Body<String, RuntimeException>> bodies = List.of(() -> after(3, "a"), () -> after(1, "b"),
                () -> after(2, "c"));
        List<Completed<String>> seen = new ArrayList<>();
        AnyIO.asCompleted(bodies, completed -> completed.forEach(seen::add));
        assertEquals(List.of(new Completed<>(1, "b"), new Completed<>(2, "c"), new Completed<>(0, "a")), seen);
    }

    @AnyioTest(virtualClock = true)
    void leavingTheBlockEarlyCancelsTheRest() {
        List<Body<String, RuntimeException>> bodies = List.of(() -> after(3, "a"), () -> after(1, "b"));
        AnyIO.asCompleted(bodies, completed -> {
            for (Completed<String> first : completed) {
                log.add(first.value() + " came");
                break;
            }
        });
        assertEquals(List.of("b came", "a was cancelled"), log);
    }

    @AnyioTest(virtualClock = true)
    void aFailingBodyFailsTheBlock() {
        IOException failure = new IOException("failed");
        List<Body<String, IOException>> bodies = List.of(() -> after(3, "a"), () -> after(1, "b"), () -> {
            AnyIO.sleep(Duration.ofSeconds(2));
            throw failure;
        });
        assertSame(failure, assertThrows(IOException.class, () -> AnyIO.asCompleted(bodies, completed -> {
            for (Completed<String> next : completed) {
                log.add(next.value() + " came");
            }
        })));
        assertEquals(List.of("b came", "a was cancelled"), log);
    }

    @AnyioTest(virtualClock = true)
    void anErrorOfTheBlockCancelsTheRest() {
        IOException failure = new IOException("failed");
        List<Body<String, RuntimeException>> bodies = List.of(() -> after(1, "a"));
        assertSame(failure, assertThrows(IOException.class, () -> AnyIO.asCompleted(bodies, _ -> {
            AnyIO.checkpoint();
            throw failure;
        })));
        assertEquals(List.of("a was cancelled"), log);
    }

    @AnyioTest
    void asCompletedOfNobodyIsRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> AnyIO.asCompleted(List.<Body<String, RuntimeException>>of(), _ -> {}));
    }

    @AnyioTest(virtualClock = true)
    void aCancellationFromOutsideEndsTheIteration() {
        List<Body<String, RuntimeException>> bodies = List.of(() -> after(2, "a"), () -> after(9, "b"));
        assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(5), () -> AnyIO.asCompleted(bodies, completed -> {
            for (Completed<String> next : completed) {
                log.add(next.value() + " came");
            }
        })));
        assertEquals(List.of("a came", "b was cancelled"), log);
    }
}
