package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskCancelledException;
import io.anyio.api.task.TaskGroup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What leaves a group. */
class GroupErrorsTest {
    private final List<String> seen = new ArrayList<>();

    private static <X extends Throwable> X leaving(Class<X> type, BlockWith<TaskGroup<IOException>, Exception> block) {
        return assertThrows(type, () -> AnyIO.createTaskGroup(IOException.class).run(block));
    }

    private static void failWhenCancelled(Exception error) throws Exception {
        try {
            AnyIO.sleepForever();
        } catch (CancelledError e) {
            throw error;
        }
    }

    @AnyioTest @Proves("TG-13")
    void oneErrorLeavesAsItselfIfItMay() {
        Exception checkedOfHost = new Exception("host");
        assertSame(checkedOfHost, leaving(Exception.class, _ -> {
            throw checkedOfHost;
        }));
        for (Throwable asItself : List.of(new ArithmeticException(), new AssertionError(), new IOException(),
                new FileNotFoundException())) {
            assertSame(asItself, leaving(Throwable.class, group -> group.spawn(() -> {
                throw Sneaky.<Exception>asThrown(asItself);
            })));
            assertEquals(0, asItself.getSuppressed().length);
            assertNull(asItself.getCause());
        }
        Exception undeclared = new Exception("child");
        ExceptionGroup ofOne = leaving(ExceptionGroup.class, group -> {
            group.spawn(() -> {
                throw undeclared;
            });
            AnyIO.sleepForever();
        });
        assertEquals(List.of(undeclared), ofOne.exceptions());
    }

    @AnyioTest @Proves({"TG-14", "TG-20", "TG-38"})
    void severalErrorsLeaveAsOneGroup() {
        RuntimeException first = new RuntimeException("first");
        IOException second = new IOException("second");
        ExceptionGroup group = leaving(ExceptionGroup.class, tasks -> {
            tasks.spawn(() -> failWhenCancelled(second));
            tasks.spawn(() -> {
                AnyIO.waitAllTasksBlocked();
                throw first;
            });
            // the host block ends here and waits
        });
        assertEquals(List.of(first, second), group.exceptions());
        assertThrows(UnsupportedOperationException.class, () -> group.exceptions().removeFirst());
    }

    @AnyioTest @Proves({"TG-15", "TG-16"})
    void hostAndChildErrorsAreInTheGroupInOrderOfOccurrence() {
        Exception host = new Exception("host");
        IOException child = new IOException("child");
        ExceptionGroup hostFirst = leaving(ExceptionGroup.class, group -> {
            group.spawn(() -> failWhenCancelled(child));
            AnyIO.checkpoint();
            throw host;
        });
        assertEquals(List.of(host, child), hostFirst.exceptions());
        ExceptionGroup childFirst = leaving(ExceptionGroup.class, group -> {
            group.spawn(() -> {
                throw child;
            });
            failWhenCancelled(host);
        });
        assertEquals(List.of(child, host), childFirst.exceptions());
        assertSame(child, childFirst.rootCause());
    }

    @AnyioTest @Proves({"TG-16", "TG-17", "TG-18"})
    void cancelledOfSiblingsNeverAppearsAndNestedGroupsAreMembers() {
        RuntimeException deepOne = new RuntimeException("deep one");
        RuntimeException deepTwo = new RuntimeException("deep two");
        RuntimeException own = new RuntimeException("own");
        ExceptionGroup outer = leaving(ExceptionGroup.class, group -> {
            group.spawn("sibling", AnyIO::sleepForever);
            group.spawn("nested", () -> AnyIO.createTaskGroup().run(inner -> {
                inner.spawn("cancelled", AnyIO::sleepForever);
                inner.spawn(() -> failWhenCancelled(deepTwo));
                AnyIO.waitAllTasksBlocked();
                throw deepOne;
            }));
            failWhenCancelled(own);
        });
        ExceptionGroup nested = (ExceptionGroup) outer.exceptions().getFirst();
        assertEquals(List.of(deepOne, deepTwo), nested.exceptions());
        assertEquals(List.of(nested, own), outer.exceptions());
    }

    @AnyioTest @Proves("TG-18")
    void aNestedGroupThatFilteringLeavesWithOneErrorIsUnwrapped() {
        RuntimeException real = new RuntimeException("real");
        RuntimeException host = new RuntimeException("host");
        ExceptionGroup outer = leaving(ExceptionGroup.class, group -> {
            group.spawn(() -> {
                throw new ExceptionGroup(List.of(new CancelledError(null, "in a user's group"), real));
            });
            failWhenCancelled(host);
        });
        assertEquals(List.of(real, host), outer.exceptions());
        Exception checked = new Exception("checked");
        ExceptionGroup ofOne = leaving(ExceptionGroup.class, group -> group.spawn(() -> {
            throw new ExceptionGroup(List.of(new CancelledError(null, "in a user's group"), checked));
        }));
        assertEquals(List.of(checked), ofOne.exceptions());
    }

    @AnyioTest @Proves("TG-19")
    void theTextShowsEachException() {
        ExceptionGroup group = leaving(ExceptionGroup.class, tasks -> {
            tasks.spawn(() -> failWhenCancelled(new IllegalStateException("two")));
            AnyIO.checkpoint();
            throw new IOException("one");
        });
        assertEquals("""
                2 exceptions were raised in the task group:
                ----------------------------
                java.io.IOException: one
                ----------------------------
                java.lang.IllegalStateException: two""", group.getMessage());
        assertTrue(new ExceptionGroup(List.of(new IOException("x"))).getMessage()
                .startsWith("1 exception was raised in the task group:"));
    }

    @AnyioTest @Proves("TG-21")
    void aStrictGroupWrapsEvenOneError() {
        RuntimeException one = new RuntimeException("one");
        for (boolean byHost : List.of(true, false)) {
            ExceptionGroup group = assertThrows(ExceptionGroup.class,
                    () -> AnyIO.createTaskGroup(RuntimeException.class, options -> options.strict(true)).run(tasks -> {
                        if (byHost) {
                            throw one;
                        }
                        tasks.spawn(() -> {
                            throw one;
                        });
                    }));
            assertEquals(List.of(one), group.exceptions());
        }
        TaskGroup<RuntimeException> silent = AnyIO.createTaskGroup(RuntimeException.class,
                options -> options.strict(true));
        silent.run(group -> {
            group.spawn(AnyIO::sleepForever);
            group.cancel();
        });
        assertThrows(RuntimeException.class, () -> AnyIO.createTaskGroup().run(_ -> {
            throw one;
        }));
    }

    @AnyioTest @Proves("TG-22")
    void onlyOuterCancellationLeavesAsOneCancelled() {
        for (boolean strict : List.of(true, false)) {
            CancelScope outer = AnyIO.openCancelScope();
            outer.run(() -> {
                CancelledError single = assertThrows(CancelledError.class,
                        () -> AnyIO.createTaskGroup(RuntimeException.class, options -> options.strict(strict))
                                .run(group -> {
                                    for (int i = 0; i < 3; i++) {
                                        group.spawn(AnyIO::sleepForever);
                                    }
                                    AnyIO.waitAllTasksBlocked();
                                    outer.cancel();
                                    AnyIO.sleepForever();
                                }));
                assertSame(outer, single.scope());
                assertEquals(0, single.getSuppressed().length);
                throw single;
            });
            assertTrue(outer.cancelledCaught());
        }
    }

    @AnyioTest @Proves("TG-23")
    void aCancelledGroupWithoutRealErrorsEndsSilently() {
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(AnyIO::sleepForever);
            AnyIO.waitAllTasksBlocked();
            group.cancel();
            AnyIO.checkpoint();
            fail("cancelled");
        });
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(AnyIO::sleepForever);
            group.cancel();
        });
    }

    @AnyioTest @Proves("TG-24")
    void aRealErrorOfAChildThatUnwindsIsThrown() {
        IOException flush = new IOException("flush");
        assertSame(flush, leaving(IOException.class, group -> {
            group.spawn(() -> failWhenCancelled(flush));
            AnyIO.waitAllTasksBlocked();
            group.cancel();
            AnyIO.sleepForever();
        }));
    }

    @AnyioTest @Proves("TG-17")
    void whatACloseSuppressesDuringCancellationIsKeptWithoutTheCancelled() {
        IOException close = new IOException("close");
        ExceptionGroup group = leaving(ExceptionGroup.class, tasks -> {
            tasks.spawn(() -> {
                try (AutoCloseable _ = AnyIO::checkpoint; AutoCloseable _ = () -> {
                    throw close;
                }) {
                    AnyIO.sleepForever();
                }
            });
            AnyIO.waitAllTasksBlocked();
            throw new ArithmeticException("host");
        });
        assertEquals(2, group.exceptions().size());
        assertSame(close, group.exceptions().get(1));

        CancelScope outer = AnyIO.openCancelScope();
        ArithmeticException host = new ArithmeticException("host");
        assertSame(host,
                assertThrows(ArithmeticException.class, () -> outer.run(() -> AnyIO.createTaskGroup().run(tasks -> {
                    tasks.spawn(() -> {
                        try (AutoCloseable _ = AnyIO::checkpoint) {
                            AnyIO.sleepForever();
                        }
                    });
                    AnyIO.waitAllTasksBlocked();
                    outer.cancel();
                    throw host;
                }))));
    }

    @AnyioTest @Proves("TG-31")
    void anErrorHasNoChainThatLeadsBackToItself() {
        RuntimeException error = new RuntimeException("error", new IOException("cause"));
        for (int i = 0; i < 2; i++) {
            assertSame(error, assertThrows(RuntimeException.class,
                    () -> AnyIO.createTaskGroup().run(outer -> AnyIO.createTaskGroup().run(inner -> inner.spawn(() -> {
                        throw error;
                    })))));
        }
        assertEquals("cause", error.getCause().getMessage());
        assertNull(error.getCause().getCause());
        assertEquals(0, error.getSuppressed().length);
    }

    @AnyioTest @Proves("CS-81")
    void aCancelledChildThatThrowsSomethingElseAfterwardsHasFailed() {
        RuntimeException later = new RuntimeException("later");
        assertSame(later, leaving(RuntimeException.class, group -> group.spawn(() -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                AnyIO.checkpoint();
            });
            assertTrue(scope.cancelledCaught());
            throw later;
        })));
    }

    @AnyioTest @Proves("TG-13")
    void aCheckedErrorThatACancellationSuppressedLeavesAsItselfOnlyIfItIsTheHosts() {
        Exception close = new Exception("close");
        for (boolean byHost : List.of(true, false)) {
            Exception leaving = leaving(Exception.class, group -> {
                Block<Exception> closing = () -> {
                    try (AutoCloseable _ = () -> {
                        throw close;
                    }) {
                        group.cancel();
                        AnyIO.checkpoint();
                    }
                };
                if (byHost) {
                    closing.run();
                } else {
                    group.spawn(closing);
                }
            });
            assertSame(close, byHost ? leaving : ((ExceptionGroup) leaving).exceptions().getFirst());
        }
    }

    @AnyioTest @Proves("TG-13")
    void aChildsUndeclaredErrorIsNotTheHostsBecauseTheHostRetellsIt() {
        Exception undeclared = new Exception("child");
        ExceptionGroup ofOne = leaving(ExceptionGroup.class, group -> group.spawn(() -> {
            throw undeclared;
        }).await());
        assertEquals(List.of(undeclared), ofOne.exceptions());
    }

    @AnyioTest
    void anErrorWhoseTextFailsIsStillReported() {
        RuntimeException nasty = new RuntimeException() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new UnsupportedOperationException("no text");
            }
        };
        ExceptionGroup group = leaving(ExceptionGroup.class, tasks -> {
            tasks.spawn(() -> failWhenCancelled(new RuntimeException("x".repeat(100_000))));
            AnyIO.waitAllTasksBlocked();
            throw nasty;
        });
        assertSame(nasty, group.exceptions().getFirst());
        assertTrue(group.getMessage().length() < 5_000);
        assertTrue(group.getMessage().contains(nasty.getClass().getName()), group.getMessage());
    }

    @AnyioTest
    void aCallOfACancelledGroupHasNoValue() {
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        TaskCancelledException error = assertThrows(TaskCancelledException.class, () -> group.call(tasks -> {
            tasks.cancel();
            AnyIO.checkpoint();
            return 5;
        }));
        assertSame(group.cancelScope(), ((CancelledError) error.getCause()).scope());
        assertEquals(5, AnyIO.createTaskGroup().<Integer, RuntimeException>call(tasks -> {
            tasks.cancel();
            return 5;
        }));
        assertEquals(List.of(), seen);
    }
}
