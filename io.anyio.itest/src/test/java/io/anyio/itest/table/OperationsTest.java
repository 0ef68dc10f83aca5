package io.anyio.itest.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every public operation in every situation: what the acceptance list says of <em>every</em> operation or resource is
 * claimed here and nowhere else. The rows are in {@link Rows}; an operation of the API that has none and no reason to
 * have none fails {@link #everyOperationIsInTheTable}.
 */
class OperationsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static SSLContext tls;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        tls = Keys.make(folder);
    }

    @Test
    void everyOperationIsInTheTable() {
        assertTrue(Rows.all().size() > 200, () -> "only " + Rows.all().size() + " rows");
        assertEquals(List.of(), Rows.missing(), "add a row, or a reason in Rows");
        assertEquals(List.of(), Rows.unknown(), "rows and reasons for operations that are not there");
    }

    // ---- cancellation

    @AnyioTest(timeout = 300) @Proves({"CS-37", "CS-86"})
    void aPendingCancellationIsThrownBeforeAnythingIsDone() {
        each("pending cancellation", s -> s.checkpoint, (stage, s) -> {
            s.ready.run();
            assertCancelled(s.call);
            if (!s.lastCall) s.call.run();
        });
    }

    @AnyioTest(timeout = 300)
    void aPendingCancellationIsThrownWhereTheCallWouldWait() {
        each("pending cancellation", s -> s.checkpoint && s.full != null, (stage, s) -> {
            s.full.run();
            assertCancelled(s.waitingCall);
        });
    }

    @AnyioTest(timeout = 300)
    void whatIsNoCheckpointWorksInACancelledScope() {
        each("pending cancellation", s -> !s.checkpoint && !s.mayThrow, (stage, s) -> {
            s.ready.run();
            CancelScope scope = AnyIO.openCancelScope();
            boolean[] done = new boolean[1];
            scope.run(() -> {
                scope.cancel();
                s.call.run();
                done[0] = true;
            });
            assertTrue(done[0], "it threw the cancellation");
        });
    }

    @AnyioTest(timeout = 300)
    void aWaitIsCancelledAndTheNextCallWorks() {
        each("cancelled while it waits", s -> s.full != null, (stage, s) -> {
            s.full.run();
            Stage.Doing waiter = stage.doing(s.waitingCall);
            assertWaits(waiter);
            waiter.scope.cancel();
            waiter.await();
            assertTrue(waiter.scope.cancelledCaught(), () -> "ended with " + waiter.thrown);
            assertNull(waiter.thrown);
            if (s.grant != null && !s.lastCall) {
                s.grant.run();
                s.call.run();
            }
        });
    }

    @AnyioTest(timeout = 300)
    void aCancellationBetweenGrantAndTurnIsNotForgotten() {
        each("cancelled between grant and turn", s -> s.grant != null, (stage, s) -> {
            s.full.run();
            Stage.Doing waiter = stage.doing(s.waitingCall);
            assertWaits(waiter);
            s.grant.run();
            waiter.scope.cancel();
            waiter.await();
            assertNull(waiter.thrown);
            if (waiter.scope.cancelledCaught()) {
                assertTrue(!waiter.wentOn, "it was cancelled at its next checkpoint at the latest");
            }
            if (!waiter.returned && !s.lastCall) s.call.run(); // had no effect: what was granted is there for the next
        });
    }

    // ---- close

    @AnyioTest(timeout = 300)
    void whatIsClosedRefuses() {
        each("closed", s -> s.resource != null, (stage, s) -> {
            AnyIO.closeForcefully(s.resource);
            for (int i = 0; i < 2; i++) assertThrows(s.closed, s.call::run);
        });
    }

    @AnyioTest(timeout = 300)
    void aCloseEndsTheWait() {
        each("closed while it waits",
                s -> s.resource != null && s.full != null && s.closed == ClosedResourceException.class, (stage, s) -> {
                    s.full.run();
                    Stage.Doing waiter = stage.doing(s.waitingCall);
                    assertWaits(waiter);
                    AnyIO.closeForcefully(s.resource);
                    waiter.await();
                    assertInstanceOf(ClosedResourceException.class, waiter.thrown);
                    assertThrows(s.closed, s.call::run);
                });
    }

    @AnyioTest(timeout = 300) @Proves("AR-07")
    void aSecondCloseDoesNothing() {
        each("closed twice", s -> s.resource != null, (stage, s) -> {
            s.ready.run();
            AnyIO.closeForcefully(s.resource);
            s.resource.close();
            AnyIO.closeForcefully(s.resource);
            CancelScope scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(s.resource::close);
            assertThrows(s.closed, s.call::run);
        });
    }

    // ---- busy and broken

    @AnyioTest(timeout = 300)
    void aSecondTaskIsRefusedAndTheFirstGoesOn() {
        each("busy", s -> s.busyWith != null, (stage, s) -> {
            if (s.full != null) s.full.run();
            Stage.Doing first = stage.doing(s.busyWith);
            assertWaits(first);
            for (int i = 0; i < 2; i++) assertThrows(BusyResourceException.class, s.call::run);
            assertTrue(!first.ended(), "the refused call disturbed the first: " + first.thrown);
            if (s.grant != null && s.full != null) {
                s.grant.run();
                first.await();
                assertNull(first.thrown);
                s.ready.run();
                s.call.run(); // the guard is free again
            }
        });
    }

    @AnyioTest(timeout = 300)
    void aFailedCallFreesItsGuard() {
        each("guard released", s -> s.breaks != null, (stage, s) -> {
            s.breaks.run();
            for (int i = 0; i < 3; i++) assertThrows(s.broken, s.call::run);
        });
    }

    // ---- precedence

    @AnyioTest(timeout = 300) @Proves("EX-09")
    void cancelledBeatsClosedBeatsBusyBeatsBroken() {
        each("cancelled and closed", s -> s.resource != null && s.checkpoint, (stage, s) -> {
            AnyIO.closeForcefully(s.resource);
            assertCancelled(s.call);
            assertThrows(s.closed, s.call::run);
        });
        each("cancelled and busy", s -> s.busyWith != null && s.checkpoint, (stage, s) -> {
            if (s.full != null) s.full.run();
            stage.doing(s.busyWith);
            assertCancelled(s.call);
            assertThrows(BusyResourceException.class, s.call::run);
        });
        each("cancelled and broken", s -> s.breaks != null && s.checkpoint, (stage, s) -> {
            s.breaks.run();
            assertCancelled(s.call);
            assertThrows(s.broken, s.call::run);
        });
        each("closed and busy", s -> s.busyWith != null && s.resource != null, (stage, s) -> {
            if (s.full != null) s.full.run();
            stage.doing(s.busyWith);
            AnyIO.closeForcefully(s.resource); // the first has not yet had its turn, if the close is no checkpoint
            assertThrows(s.closed, s.call::run);
        });
        each("closed and broken", s -> s.breaks != null && s.resource != null, (stage, s) -> {
            s.breaks.run();
            AnyIO.closeForcefully(s.resource);
            assertThrows(s.closed, s.call::run);
        });
        each("busy and broken", s -> s.breaks != null && s.busyWith != null && s.full != null, (stage, s) -> {
            s.full.run();
            Stage.Doing first = stage.doing(s.busyWith);
            s.breaks.run();
            if (!first.ended()) assertThrows(BusyResourceException.class, s.call::run);
        });
    }

    // ---- from elsewhere

    @AnyioTest(timeout = 300)
    void aTaskOfAnotherLoopMayOrIsRefused() {
        each("another loop", s -> true, (stage, s) -> {
            s.ready.run();
            Block<Exception> call = s.endless ? () -> AnyIO.moveOnAfter(Duration.ofMillis(20), s.call) : s.call;
            assertOutcome(s.elsewhere, Elsewhere.inAnotherLoop(stage.backend, call));
            if (s.elsewhere != null && !s.lastCall) s.call.run();
        });
    }

    @AnyioTest(timeout = 300)
    void anOrdinaryThreadMayOrIsRefused() {
        each("ordinary thread", s -> true, (stage, s) -> {
            s.ready.run();
            assertOutcome(s.outside, Elsewhere.onThread(s.call));
            if (s.outside != null && !s.lastCall) s.call.run();
        });
    }

    // ----

    /** What a column does with a row. */
    private interface Check {
        void run(Stage stage, Subject subject) throws Exception;
    }

    private static void each(String column, Predicate<Subject> applies, Check check) {
        String backend = TaskContext.current("test").backend();
        List<String> failures = new ArrayList<>();
        int tries = 0;
        for (Row row : Rows.all()) {
            boolean[] tried = new boolean[1];
            try {
                AnyIO.createTaskGroup(Exception.class).run(group -> {
                    Stage stage = new Stage(group, backend, tls);
                    try {
                        Subject subject = row.open().call(stage);
                        if (applies.test(subject)) {
                            tried[0] = true;
                            AnyIO.failAfter(PATIENCE, () -> check.run(stage, subject));
                        }
                    } finally {
                        stage.closeAll();
                        group.cancel();
                    }
                });
            } catch (Throwable e) {
                failures.add(row + ", " + column + ": " + describe(e));
            }
            tries += tried[0] ? 1 : 0;
        }
        if (!failures.isEmpty()) fail(failures.size() + " failed:\n" + String.join("\n", failures));
        assertTrue(tries > 50, column + ": only " + tries + " rows were tried");
    }

    private static String describe(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        Arrays.stream(thrown.getStackTrace()).filter(frame -> frame.getClassName().startsWith("io.anyio")).limit(4)
                .forEach(frame -> text.append("\n        at ").append(frame));
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause())
            text.append("\n      because ").append(cause);
        return text.toString();
    }

    private static void assertCancelled(Block<Exception> call) {
        CancelScope scope = AnyIO.openCancelScope();
        Throwable[] thrown = new Throwable[1];
        boolean[] returned = new boolean[1];
        scope.run(() -> {
            scope.cancel();
            try {
                call.run();
                returned[0] = true;
            } catch (Exception e) {
                thrown[0] = e;
            }
        });
        assertNull(thrown[0]);
        assertTrue(!returned[0], "it returned in a cancelled scope");
        assertTrue(scope.cancelledCaught());
    }

    private static void assertWaits(Stage.Doing waiter) {
        assertTrue(!waiter.ended(), () -> "it does not wait, but ended: " + waiter.thrown);
    }

    private static void assertOutcome(Class<? extends Throwable> expected, Throwable thrown) {
        if (expected == null) {
            assertNull(thrown);
        } else {
            assertNotNull(thrown, () -> "it worked, and should throw " + expected);
            assertInstanceOf(expected, thrown);
        }
    }

}
