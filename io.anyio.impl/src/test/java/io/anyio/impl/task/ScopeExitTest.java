package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.scope.Scope;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Which scope swallows what, when it is left. */
class ScopeExitTest {
    private final CancelScope outer = new Scope(ScopeOptions.DEFAULT);
    private final CancelScope inner = new Scope(ScopeOptions.DEFAULT);
    private final List<String> seen = new ArrayList<>();

    @AnyioTest @Proves("CS-20")
    void aCancelledScopeSwallowsItsCancelled() {
        outer.run(() -> {
            inner.run(() -> {
                inner.cancel();
                AnyIO.checkpoint();
            });
            seen.add("between");
        });
        assertEquals(1, seen.size());
        assertTrue(inner.cancelledCaught());
        assertFalse(outer.cancelledCaught());
    }

    @AnyioTest @Proves({"CS-21", "CS-24", "CS-31"})
    void theOutermostCancelledVisibleScopeSwallows() {
        outer.run(() -> {
            inner.run(() -> {
                inner.cancel();
                outer.cancel();
                AnyIO.checkpoint();
            });
            fail("code between the scopes' ends is skipped");
        });
        assertTrue(inner.cancelCalled());
        assertFalse(inner.cancelledCaught());
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest @Proves("CS-22")
    void thatHoldsWhenTheOuterScopeIsCancelledAfterTheThrow() {
        outer.run(() -> {
            inner.run(() -> {
                inner.cancel();
                try {
                    AnyIO.checkpoint();
                } finally {
                    outer.cancel();
                }
            });
            fail("code between the scopes' ends is skipped");
        });
        assertFalse(inner.cancelledCaught());
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest @Proves("CS-23")
    void aShieldedCancelledScopeSwallowsItsOwn() {
        CancelScope shielded = AnyIO.openCancelScope(options -> options.shield(true));
        outer.run(() -> {
            shielded.run(() -> {
                outer.cancel();
                shielded.cancel();
                AnyIO.checkpoint();
            });
            seen.add("after the shield");
            CancelledError error = assertThrows(CancelledError.class, AnyIO::checkpoint);
            assertSame(outer, error.scope());
            throw error;
        });
        assertEquals(1, seen.size());
        assertTrue(shielded.cancelledCaught());
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest @Proves("CS-25")
    void anotherExceptionPassesUnchanged() {
        for (Throwable thrown : List.of(new IllegalArgumentException("unchecked"), new IOException("checked"),
                new AssertionError("error"))) {
            CancelScope scope = AnyIO.openCancelScope();
            scope.cancel();
            assertSame(thrown, assertThrows(Throwable.class, () -> scope.run(() -> {
                throw Sneaky.<Exception>asThrown(thrown);
            })));
            assertFalse(scope.cancelledCaught());
        }
    }

    @AnyioTest @Proves({"CS-26", "CS-28"})
    void cancelledLeavesAreTakenOutOfAGroupAtAnyDepth() {
        Exception cause = new Exception("cause");
        IllegalStateException first = new IllegalStateException("first", cause);
        first.addSuppressed(new Exception("suppressed"));
        RuntimeException second = new RuntimeException("second");
        ExceptionGroup thrown = new ExceptionGroup(List.of(
                cancelled(), new ExceptionGroup(List.of(first, cancelled())), new ExceptionGroup(List.of(cancelled())),
                second));
        StackTraceElement[] where = thrown.getStackTrace();
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        ExceptionGroup rest = assertThrows(ExceptionGroup.class, () -> scope.run(() -> {
            throw thrown;
        }));
        assertEquals(List.of(first, second), rest.exceptions());
        assertSame(cause, first.getCause());
        assertEquals("suppressed", first.getSuppressed()[0].getMessage());
        assertNull(second.getCause());
        assertEquals(List.of(where), List.of(rest.getStackTrace()));
        assertTrue(scope.cancelledCaught());

        ExceptionGroup clean = new ExceptionGroup(List.of(first, second));
        clean.addSuppressed(new IOException("of a close"));
        CancelScope another = AnyIO.openCancelScope();
        another.cancel();
        assertSame(clean, assertThrows(ExceptionGroup.class, () -> another.run(() -> {
            throw clean;
        })));
        assertEquals("of a close", clean.getSuppressed()[1].getMessage());
    }

    @AnyioTest @Proves("CS-28")
    void whatWasSuppressedBesideTheMembersIsKept() {
        IllegalStateException member = new IllegalStateException("member");
        IOException close = new IOException("close failed");
        ExceptionGroup thrown = new ExceptionGroup(List.of(member, cancelled()));
        thrown.addSuppressed(close);
        thrown.addSuppressed(cancelled());
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        ExceptionGroup rest = assertThrows(ExceptionGroup.class, () -> scope.run(() -> {
            throw thrown;
        }));
        assertEquals(List.of(member, close), rest.exceptions());
    }

    @AnyioTest @Proves("CS-27")
    void aGroupOfNothingButCancelledIsSwallowed() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(() -> {
            throw new ExceptionGroup(List.of(cancelled(), new ExceptionGroup(List.of(cancelled(), cancelled()))));
        });
        assertTrue(scope.cancelledCaught());

        outer.cancel();
        outer.run(() -> inner.run(() -> {
            throw new ExceptionGroup(List.of(cancelled()));
        }));
        assertTrue(outer.cancelledCaught());
        assertFalse(inner.cancelledCaught());
    }

    private static CancelledError cancelled() {
        return new CancelledError(null, "test");
    }

    @AnyioTest @Proves({"CS-29", "CS-30"})
    void aCancelledScopeWithoutACheckpointExitsSilently() {
        inner.run(() -> {
            inner.cancel();
            seen.add("body");
        });
        assertTrue(inner.cancelCalled());
        assertFalse(inner.cancelledCaught());
        AnyIO.checkpoint();

        CancelScope caught = AnyIO.openCancelScope();
        caught.run(() -> {
            caught.cancel();
            AnyIO.checkpoint();
        });
        assertTrue(caught.cancelledCaught());
    }

    @AnyioTest @Proves("CS-32")
    void aNewCancelledScopeInACancelledOneIsACheckpoint() {
        outer.run(() -> {
            outer.cancel();
            inner.run(() -> {
                inner.cancel();
                AnyIO.sleepForever();
            });
            fail("thrown by the inner scope's block");
        });
        assertFalse(inner.cancelledCaught());
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest @Proves("CS-33")
    void aCancelledThatNobodyAskedForIsNotSwallowed() {
        CancelledError own = cancelled();
        assertSame(own, assertThrows(CancelledError.class, () -> outer.run(() -> inner.run(() -> {
            throw own;
        }))));
        assertFalse(outer.cancelledCaught());
        AnyIO.checkpoint();
        CancelledError inGroup = cancelled();
        assertSame(inGroup, assertThrows(CancelledError.class, () -> AnyIO.createTaskGroup().run(_ -> {
            throw inGroup;
        })));
    }

    @AnyioTest
    void aWrappedCancelledOfThisScopeIsThatCancellation() throws Exception {
        for (int kind = 0; kind < 3; kind++) {
            int wrapper = kind;
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                CancelledError error = assertThrows(CancelledError.class, AnyIO::checkpoint);
                error.addSuppressed(new CancelledError(scope, "of a close"));
                throw wrap(wrapper, error);
            });
            assertTrue(scope.cancelledCaught());
        }
    }

    private static Exception wrap(int kind, CancelledError error) {
        return switch (kind) {
            case 0 -> new ExecutionException(error);
            case 1 -> new UndeclaredThrowableException(new InvocationTargetException(error));
            default -> new IllegalStateException("user code", new IOException(error));
        };
    }

    @AnyioTest
    void aWrappedCancelledIsKnownByAnOuterScopeThatWasCancelledLater() throws Exception {
        outer.run(() -> inner.run(() -> {
            inner.cancel();
            CancelledError error = assertThrows(CancelledError.class, AnyIO::checkpoint);
            outer.cancel();
            throw new ExecutionException(error);
        }));
        assertTrue(outer.cancelledCaught());
        assertFalse(inner.cancelledCaught());
    }

    /** Of a task that was awaited, only what a scope around both was cancelled for is a cancellation. */
    @AnyioTest
    void aWrappedCancelledOfAnAwaitedTaskIsAnErrorInAScopeThatWasCancelledLater() {
        assertThrows(TaskFailedException.class, () -> outer.run(() -> inner.run(() -> {
            inner.cancel();
            CancelledError error = assertThrows(CancelledError.class, AnyIO::checkpoint);
            outer.cancel();
            throw new TaskFailedException("awaited", error);
        })));
        assertFalse(outer.cancelledCaught());
    }

    @AnyioTest
    void anErrorOfACloseDuringCancellationIsNotLost() throws Exception {
        IOException flush = new IOException("flush failed");
        CancelScope scope = AnyIO.openCancelScope();
        assertSame(flush, assertThrows(IOException.class, () -> scope.run(() -> {
            try (AutoCloseable _ = () -> {
                throw flush;
            }) {
                scope.cancel();
                AnyIO.checkpoint();
            }
        })));
        assertTrue(scope.cancelledCaught());

        CancelScope quiet = AnyIO.openCancelScope();
        quiet.run(() -> {
            try (AutoCloseable _ = AnyIO::checkpoint) {
                quiet.cancel();
                AnyIO.checkpoint();
            }
        });
        assertTrue(quiet.cancelledCaught());
    }

    @AnyioTest
    void anErrorUnderAWrapperWithoutCancellationPassesAsItself() {
        IllegalStateException circular = new IllegalStateException("a");
        RuntimeException other = new RuntimeException(circular);
        circular.initCause(other);
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        assertSame(circular, assertThrows(IllegalStateException.class, () -> scope.run(() -> {
            throw circular;
        })));
        assertInstanceOf(RuntimeException.class, circular.getCause());
    }

    /**
     * A cancellation is over once its own scope has swallowed it: an error that was made of it is not part of a later
     * one.
     */
    @AnyioTest @Proves("CS-81")
    void anErrorMadeOfACancellationThatIsOverIsAnError() {
        List<RuntimeException> made = new ArrayList<>();
        RuntimeException thrown = assertThrows(RuntimeException.class, () -> outer.run(() -> {
            inner.run(() -> {
                inner.cancel();
                try {
                    AnyIO.checkpoint();
                } catch (CancelledError e) {
                    made.add(new RuntimeException("made of it", e));
                    throw e;
                }
            });
            outer.cancel();
            throw made.getFirst();
        }));
        assertSame(made.getFirst(), thrown);
    }

    /** Its scope is neither around the scope that is left nor within it. */
    @AnyioTest
    void anErrorMadeOfAnotherTasksCancellationIsAnError(TaskGroup<Exception> group) {
        List<RuntimeException> made = new ArrayList<>();
        Gate gate = new Gate();
        group.spawn(() -> inner.run(() -> {
            inner.cancel();
            made.add(new RuntimeException(assertThrows(CancelledError.class, AnyIO::checkpoint)));
            AnyIO.openCancelScope(options -> options.shield(true)).run(gate::await);
        }));
        AnyIO.waitAllTasksBlocked();
        outer.cancel();
        assertSame(made.getFirst(), assertThrows(RuntimeException.class, () -> outer.run(() -> {
            throw made.getFirst();
        })));
        gate.open();
    }

    @AnyioTest
    void aScopeTellsItsState() {
        CancelScope named = AnyIO.openCancelScope(options -> options.name("mine").shield(true));
        assertEquals("CancelScope 'mine'[NEW, shielded]", named.toString());
        named.run(() -> {
            named.cancel();
            assertEquals("CancelScope 'mine'[ENTERED, cancelled, shielded]", named.toString());
            String twice = assertThrows(IllegalStateException.class, () -> named.run(() -> {})).getMessage();
            String task = AnyIO.getCurrentTask().name();
            assertEquals("The cancel scope 'mine' is active in the task '" + task + "': a scope is run once", twice);
        });
        assertEquals("CancelScope[NEW]", inner.toString());
    }
}
