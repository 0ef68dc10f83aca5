package io.anyio.impl.task;

import static io.anyio.impl.task.Way.forever;
import static io.anyio.impl.task.Way.rethrow;
import static io.anyio.impl.task.Way.siblings;
import static io.anyio.impl.task.Way.wrapping;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.error.Hostile;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Each error leaves each place as itself, even if it has to do with a cancellation that is over, and cancels the tasks
 * of that place.
 */
class WhatLeavesTest {
    // ---- the table

    private static void holds(Way way, Object kind, Throwable error) {
        Throwable left = way.send(error);
        assertTrue(error == left,
                () -> kind + " through " + way + " came as " + (left == null ? null : Errors.text(left)));
        AnyIO.checkpoint();
    }

    @AnyioTest(timeout = 60) @Proves({"CS-81", "TG-10", "TG-13"})
    void eachErrorLeavesEachPlaceAsItself() {
        for (Way way : Way.values()) {
            for (Thrown kind : Thrown.values()) {
                holds(way, kind, kind.make());
            }
        }
    }

    /** Nothing that an exception's own code does is in the way of its task's end. */
    @AnyioTest(timeout = 60) @Proves({"TG-10", "TG-13"})
    void errorsWhoseOwnCodeFailsLeaveAsThemselvesToo() {
        for (Way way : Way.values()) {
            for (Hostile.Kind kind : Hostile.kinds()) {
                holds(way, kind, kind.make());
            }
        }
    }

    @SuppressWarnings("finally") @AnyioTest(timeout = 60) @Proves({"CS-25", "TG-17", "TG-24"})
    void errorsWhoseOwnCodeFailsLeaveCancelledScopesToo() {
        for (Hostile.Kind kind : Hostile.kinds()) {
            RuntimeException error = kind.make();
            RuntimeException suppressed = kind.make();
            CancelScope scope = AnyIO.openCancelScope();
            Throwable left = Thrown.caught(() -> scope.run(() -> AnyIO.createTaskGroup().run(group -> {
                siblings(group);
                group.spawn("closes", () -> {
                    try (AutoCloseable _ = () -> rethrow(suppressed)) {
                        AnyIO.sleepForever();
                    }
                });
                group.spawn("interrupted", () -> AnyIO.interruptibly(() -> {
                    try {
                        return forever();
                    } finally {
                        rethrow(error);
                    }
                }));
                AnyIO.waitAllTasksBlocked();
                scope.cancel();
                try {
                    AnyIO.sleepForever();
                } finally {
                    rethrow(new ExceptionGroup(List.of(error, new ExceptionGroup(List.of(error)))));
                }
            })));
            assertTrue(left instanceof ExceptionGroup group && group.exceptions().size() == 3,
                    () -> kind + ": " + Errors.text(left));
        }
    }

    // ---- beside the table

    @AnyioTest @Proves({"TG-13", "TG-21"})
    void aStrictGroupPutsEachErrorIntoAGroupAndNoCancellation() {
        for (Thrown kind : Thrown.values()) {
            Throwable error = kind.make();
            Throwable left = Thrown.caught(
                    () -> AnyIO.createTaskGroup(IOException.class, options -> options.strict(true)).run(group -> {
                        siblings(group);
                        TaskHandle<?> fails = group.spawn("fails", () -> rethrow(error));
                        fails.await();
                    }));
            if (kind.isCancelledError()) {
                assertSame(error, left);
            } else {
                assertSame(error, assertInstanceOf(ExceptionGroup.class, left).exceptions().getFirst());
                assertEquals(1, ((ExceptionGroup) left).exceptions().size());
            }
        }
    }

    @AnyioTest @Proves("TG-48")
    void theHandleTellsWhatEndedItsTask() {
        for (Thrown kind : Thrown.values()) {
            Throwable error = kind.make();
            TaskHandle<?>[] handle = {null};
            assertSame(error, Thrown.caught(() -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                handle[0] = group.spawn("fails", () -> rethrow(error));
                handle[0].awaitEnd();
                AnyIO.sleepForever();
            })));
            assertEquals(TaskHandle.Status.FAILED, handle[0].status(), kind.name());
            Throwable told = Thrown.caught(handle[0]::result);
            assertSame(TaskFailedException.class, told.getClass());
            assertSame(error, told.getCause());
        }
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> wraps = group.spawn("wraps", wrapping());
            AnyIO.waitAllTasksBlocked();
            group.cancel();
            wraps.awaitEnd();
        });
    }

    @AnyioTest @Proves({"TG-13", "TG-17"})
    void oneErrorLeavesACancelledGroupAsItself() {
        for (Thrown kind : Thrown.values()) {
            if (kind.isCancelledError()) {
                continue;
            }
            Throwable error = kind.make();
            assertSame(error, Thrown.caught(() -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                siblings(group);
                group.spawn("fails late", () -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        rethrow(error);
                    }
                });
                AnyIO.waitAllTasksBlocked();
                group.cancel();
                AnyIO.sleepForever();
            })), kind.name());
        }
    }

    @AnyioTest @Proves({"CS-20", "CS-25", "CS-81"})
    void aCancelledScopeTakesOutNothingButWhatIsPending() {
        for (Thrown kind : Thrown.values()) {
            Throwable error = kind.make();
            CancelScope scope = AnyIO.openCancelScope();
            Throwable left = Thrown.caughtOrNull(() -> scope.run(() -> {
                scope.cancel();
                rethrow(error);
            }));
            assertSame(kind.isCancelledError() ? null : error, left, kind.name());
            assertEquals(kind.isCancelledError(), scope.cancelledCaught());
        }
    }

    /** A cancellation that passes a scope on its way out is pending until the outermost one has been left. */
    @AnyioTest @Proves({"CS-22", "CS-81"})
    void aWrappedCancellationIsPendingUntilTheScopeThatSwallowsItIsLeft() throws Exception {
        CancelScope outer = AnyIO.openCancelScope();
        CancelScope inner = AnyIO.openCancelScope();
        CancelledError[] kept = new CancelledError[1];
        outer.run(() -> inner.run(() -> {
            inner.cancel();
            kept[0] = (CancelledError) Thrown.caught(AnyIO::checkpoint);
            outer.cancel();
            throw new ExecutionException(kept[0]);
        }));
        assertTrue(outer.cancelledCaught());
        assertNull(Thrown.caughtOrNull(() -> assertSame(inner, kept[0].scope())));
        CancelScope later = AnyIO.openCancelScope();
        ExecutionException again = new ExecutionException(kept[0]);
        assertSame(again, Thrown.caught(() -> later.run(() -> {
            later.cancel();
            throw again;
        })));
    }

    @AnyioTest @Proves({"TG-17", "TG-22"})
    void anOuterCancellationLeavesAsOneWhateverTheTasksMakeOfIt() {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> {
            Throwable left = Thrown.caught(() -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                siblings(group);
                AnyIO.waitAllTasksBlocked();
                outer.cancel();
                wrapping().call();
            }));
            assertInstanceOf(CancelledError.class, left);
            throw Sneaky.<RuntimeException>asThrown(left);
        });
        assertTrue(outer.cancelledCaught());
    }

    /**
     * A shield that is raised while a cancellation flies keeps the group from being cancelled, and the error from being
     * a cancellation.
     */
    @AnyioTest @Proves({"CS-45", "TG-10"})
    void aCancellationThatMeetsANewShieldCancelsItsGroup() {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> {
            AnyIO.createTaskGroup().run(group -> {
                group.spawn("sibling", () -> {
                    AnyIO.openCancelScope(options -> options.shield(true)).run(() -> {
                        AnyIO.checkpoint();
                        AnyIO.checkpoint();
                    });
                    AnyIO.sleepForever();
                });
                AnyIO.checkpoint();
                outer.cancel();
                try {
                    AnyIO.checkpoint();
                } finally {
                    group.cancelScope().shield(true);
                }
            });
            fail("the cancellation goes on");
        });
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest @Proves("TG-14")
    void aStrayCancellationGivesWayToOtherErrors() {
        IOException flush = new IOException("flush failed");
        IOException real = new IOException("real");
        for (boolean strayFirst : List.of(true, false)) {
            CancelledError stray = Thrown.left();
            stray.addSuppressed(flush);
            ExceptionGroup both = assertInstanceOf(ExceptionGroup.class,
                    Thrown.caught(() -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                        group.spawn("late", () -> {
                            try {
                                AnyIO.sleepForever();
                            } finally {
                                rethrow(strayFirst ? real : stray);
                            }
                        });
                        AnyIO.checkpoint();
                        rethrow(strayFirst ? stray : real);
                    })));
            assertEquals(List.of(real, flush), both.exceptions());
        }
    }

    @AnyioTest @Proves("TG-13")
    void whoAwaitsAMemberThatFailedIsNoSecondError() {
        Exception undeclared = new Exception("undeclared");
        ExceptionGroup one = assertInstanceOf(ExceptionGroup.class,
                Thrown.caught(() -> AnyIO.createTaskGroup().run(group -> {
                    TaskHandle<?> fails = group.spawn("fails", () -> rethrow(undeclared));
                    TaskHandle<?> asks = group.spawn("asks", () -> fails.await());
                    asks.await();
                })));
        assertEquals(List.of(undeclared), one.exceptions());
        // a task that failed elsewhere has its own error
        Throwable told = Thrown.TASK_FAILED.make();
        ExceptionGroup two = assertInstanceOf(ExceptionGroup.class,
                Thrown.caught(() -> AnyIO.createTaskGroup().run(group -> {
                    group.spawn("late", () -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            rethrow(told);
                        }
                    });
                    AnyIO.checkpoint();
                    throw new ArithmeticException();
                })));
        assertSame(told, two.exceptions().get(1));
        assertNotNull(told.getCause());
    }
}
