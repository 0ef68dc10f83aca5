package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TimedOutException;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The examples of docs/cancellation.md. */
class CancellationExamples {
    private final List<String> log = new ArrayList<>();

    private static String ask(String question) {
        AnyIO.sleep(Duration.ofSeconds(question.length()));
        return "answer";
    }

    private void sayGoodbye() {
        AnyIO.sleep(Duration.ofSeconds(1));
        log.add("goodbye");
    }

    @AnyioTest(virtualClock = true)
    void timeouts() {
        boolean finished = AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> ask("slow question"));
        assertFalse(finished);

        String answer = AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> ask("slow question"), "no answer");
        assertEquals("no answer", answer);

        TimedOutException late = assertThrows(TimedOutException.class, () -> {
            String needed = AnyIO.failAfter(Duration.ofSeconds(1), () -> ask("slow question"));
            log.add(needed);
        });
        assertTrue(late.getMessage().endsWith("timed out after PT1S"));
    }

    @AnyioTest
    void aScope() {
        CancelScope search = AnyIO.openCancelScope(options -> options.name("search"));
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("user", () -> search.cancel("the window was closed"));
            search.run(() -> {
                AnyIO.sleepForever();
                log.add("never comes here");
            });
        });
        assertTrue(search.cancelledCaught());
        assertEquals(List.of(), log);
    }

    @AnyioTest(virtualClock = true)
    void cleanUp() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(() -> {
            try {
                AnyIO.sleepForever();
            } finally {
                AnyIO.openCancelScope(options -> options.shield(true).timeout(Duration.ofSeconds(2)))
                        .run(() -> sayGoodbye());
            }
        });
        assertEquals(List.of("goodbye"), log);
    }

    @AnyioTest
    void longComputations() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(() -> {
            for (int i = 0; i < 1_000_000; i++) {
                AnyIO.checkpoint();
                compute(i);
            }
        });
        assertEquals(List.of(), log);
    }

    private void compute(int i) {
        log.add("step " + i);
    }

    @AnyioTest(virtualClock = true)
    void deadlines() {
        boolean finished = AnyIO.moveOnAfter(Duration.ofSeconds(10), scope -> {
            for (String question : List.of("one", "two", "three", "four")) {
                ask(question);
                scope.deadline(AnyIO.currentTime().plus(Duration.ofSeconds(10)));
            }
        });
        assertTrue(finished);
    }

    @AnyioTest(virtualClock = true)
    void aPoliteRequest() {
        AnyIO.createTaskGroup().run(group -> {
            CancelScope scope = group.cancelScope();
            group.spawn("worker", () -> {
                while (!scope.finishRequested()) {
                    ask("next");
                }
                log.add("finished in peace");
            });
            AnyIO.sleep(Duration.ofSeconds(10));
            scope.cancel(Duration.ofSeconds(5));
        });
        assertEquals(List.of("finished in peace"), log);
    }
}
