package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a shield holds back, and for how long. */
class ShieldTest {
    private final List<String> seen = new ArrayList<>();

    private static CancelScope shielded() {
        return AnyIO.openCancelScope(options -> options.shield(true));
    }

    @AnyioTest(virtualClock = true) @Proves({"CS-38", "CS-39", "CS-40"})
    void aShieldHoldsBackOuterCancellationUntilItsEnd() {
        CancelScope outer = AnyIO.openCancelScope();
        CancelScope shield = shielded();
        assertTrue(shield.shield());
        assertFalse(outer.shield());
        outer.run(() -> {
            AnyIO.createTaskGroup().run(group -> {
                group.spawn("canceller", () -> outer.cancel());
                shield.run(() -> {
                    AnyIO.sleep(Duration.ofSeconds(1));
                    assertTrue(outer.cancelCalled());
                    AnyIO.checkpoint();
                    seen.add("shielded block ended");
                });
                seen.add("after the shield");
                AnyIO.checkpoint();
                fail("the pending cancellation is thrown at the next checkpoint");
            });
        });
        assertEquals(List.of("shielded block ended", "after the shield"), seen);
        assertTrue(outer.cancelledCaught());
        assertFalse(shield.cancelCalled());
    }

    @AnyioTest @Proves("CS-41")
    void aShieldedScopeIsHitByItsOwnCancel() {
        CancelScope shield = shielded();
        shield.run(() -> {
            shield.cancel();
            AnyIO.sleepForever();
        });
        assertTrue(shield.cancelledCaught());
    }

    @AnyioTest(virtualClock = true) @Proves("CS-42")
    void aTimeoutInsideAShieldWorksAsUsual() {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> {
            outer.cancel();
            shielded().run(() -> {
                Deadline before = AnyIO.currentTime();
                assertFalse(AnyIO.moveOnAfter(Duration.ofSeconds(2), AnyIO::sleepForever));
                assertEquals(Duration.ofSeconds(2), before.until(AnyIO.currentTime()));
                seen.add("timed out");
            });
        });
        assertEquals(1, seen.size());
    }

    @AnyioTest @Proves("CS-43")
    void pendingCancellationOfOuterOrMiddleIsDeliveredAfterTheShield() {
        for (boolean checkpointInMiddle : List.of(true, false)) {
            for (boolean cancelOuter : List.of(true, false)) {
                CancelScope outer = AnyIO.openCancelScope();
                CancelScope middle = AnyIO.openCancelScope();
                seen.clear();
                outer.run(() -> {
                    middle.run(() -> {
                        shielded().run(() -> {
                            (cancelOuter ? outer : middle).cancel();
                            AnyIO.checkpoint();
                        });
                        if (checkpointInMiddle) {
                            AnyIO.checkpoint();
                            fail("delivered in the middle scope");
                        }
                    });
                    seen.add("in outer");
                    AnyIO.checkpoint();
                    seen.add("beyond");
                });
                List<String> expected = !cancelOuter
                        ? List.of("in outer", "beyond")
                        : checkpointInMiddle ? List.of() : List.of("in outer");
                assertEquals(expected, seen);
                assertEquals(cancelOuter, outer.cancelledCaught());
                assertEquals(!cancelOuter && checkpointInMiddle, middle.cancelledCaught());
            }
        }
    }

    @AnyioTest @Proves("CS-44")
    void switchingTheShieldOffWakesABlockedTask() {
        CancelScope outer = AnyIO.openCancelScope();
        CancelScope shield = shielded();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> outer.run(() -> shield.run(() -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    seen.add("woken");
                }
            })));
            AnyIO.waitAllTasksBlocked();
            outer.cancel();
            AnyIO.waitAllTasksBlocked();
            assertEquals(List.of(), seen);
            shield.shield(false);
            assertFalse(shield.shield());
        });
        assertEquals(List.of("woken"), seen);
        assertTrue(outer.cancelledCaught());
        assertFalse(shield.cancelledCaught());
    }

    @AnyioTest @Proves("CS-44")
    void theShieldIsWritableWhileInside() {
        CancelScope outer = AnyIO.openCancelScope();
        CancelScope scope = AnyIO.openCancelScope();
        CancelScope deeper = AnyIO.openCancelScope();
        outer.run(() -> {
            outer.cancel();
            scope.run(() -> deeper.run(() -> {
                assertThrows(CancelledError.class, AnyIO::checkpoint);
                scope.shield(true);
                AnyIO.checkpoint();
                deeper.shield(true);
                AnyIO.checkpoint();
                scope.shield(false);
                AnyIO.checkpoint();
                deeper.shield(false);
                assertThrows(CancelledError.class, AnyIO::checkpoint);
                scope.shield(true);
                deeper.cancel();
                assertThrows(CancelledError.class, AnyIO::checkpoint);
                scope.shield(false);
                scope.shield(true);
                CancelledError error = assertThrows(CancelledError.class, AnyIO::checkpoint);
                assertSame(deeper, error.scope());
                throw error;
            }));
            AnyIO.checkpointIfCancelled();
            fail("outer is cancelled");
        });
        assertTrue(deeper.cancelledCaught());
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest @Proves("CS-45")
    void aShieldThatIsRaisedAfterTheThrowLetsNobodySwallowIt() {
        CancelScope outer = AnyIO.openCancelScope();
        CancelScope inner = AnyIO.openCancelScope();
        outer.run(() -> {
            inner.run(() -> {
                try {
                    outer.cancel();
                    AnyIO.checkpoint();
                } finally {
                    inner.shield(true);
                    AnyIO.checkpoint();
                }
            });
            fail("inner was not cancelled");
        });
        assertFalse(inner.cancelledCaught());
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest
    void aShieldThatIsRaisedBetweenWakeUpAndThrowKeepsTheReason() {
        CancelScope outer = AnyIO.openCancelScope(options -> options.name("outer"));
        CancelScope inner = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> outer.run(() -> inner.run(() -> {
                CancelledError error = assertThrows(CancelledError.class, AnyIO::sleepForever);
                assertSame(outer, error.scope());
                seen.add(error.reason());
                throw error;
            })));
            AnyIO.waitAllTasksBlocked();
            outer.cancel("for a test");
            inner.shield(true);
        });
        assertTrue(seen.getFirst().contains("outer") && seen.getFirst().contains("for a test"), seen.getFirst());
        assertTrue(outer.cancelledCaught());
        assertFalse(inner.cancelledCaught());
    }

    @AnyioTest(virtualClock = true) @Proves("CS-46")
    void aShieldOfTheHostDoesNotProtectChildrenOfAnOuterGroup() {
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    seen.add("child cancelled");
                }
            });
            shielded().run(() -> {
                group.spawn(() -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        seen.add("child spawned inside the shield cancelled");
                    }
                });
                AnyIO.waitAllTasksBlocked();
                group.cancel();
                AnyIO.sleep(Duration.ofSeconds(1));
                seen.add("host");
            });
        });
        assertEquals(Set.of("child cancelled", "child spawned inside the shield cancelled", "host"), Set.copyOf(seen));
        assertEquals("host", seen.getLast());
    }

    @AnyioTest
    void shieldAndDeadlineOfAnActiveScopeAreSetInItsLoopOnly() throws Exception {
        CancelScope scope = AnyIO.openCancelScope(options -> options.name("mine"));
        scope.run(() -> {
            List<Throwable> thrown = new ArrayList<>();
            Thread foreign = Thread.ofPlatform().name("foreign").start(() -> {
                thrown.add(assertThrows(IllegalStateException.class, () -> scope.shield(true)));
                thrown.add(assertThrows(IllegalStateException.class, () -> scope.deadline(Deadline.PAST)));
            });
            foreign.join();
            assertEquals(2, thrown.size());
            assertTrue(thrown.getFirst().getMessage().contains("'foreign'"), thrown.getFirst().getMessage());
        });
    }

    /**
     * A tree in which each scope has seen the cancellation: all below the new shield are free again, and nothing beside
     * it.
     */
    @AnyioTest @Proves("CS-44")
    void aNewShieldFreesAllThatIsInItAndNothingElse() {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> {
            outer.cancel();
            AnyIO.createTaskGroup().run(group -> {
                Event raised = AnyIO.createEvent();
                group.spawn("beside", () -> tellAfter(raised));
                CancelScope leaf = AnyIO.openCancelScope();
                leaf.run(() -> {
                    leaf.shield(true);
                    AnyIO.checkpoint();
                });
                CancelScope tree = AnyIO.openCancelScope();
                tree.run(() -> AnyIO.createTaskGroup().run(inside -> {
                    for (int i = 0; i < 2; i++) {
                        inside.spawn("inside", () -> AnyIO.openCancelScope().run(() -> tellAfter(raised)));
                    }
                    shielded().run(AnyIO::waitAllTasksBlocked);
                    tree.shield(true);
                    AnyIO.checkpoint();
                    raised.set();
                }));
            });
        });
        assertEquals(List.of("beside true", "inside false", "inside false"), seen.stream().sorted().toList());
    }

    private void tellAfter(Event event) {
        shielded().run(event::await);
        seen.add(AnyIO.getCurrentTask().name() + " " + AnyIO.hasPendingCancellation());
    }

    @AnyioTest
    void aRaisedShieldFreesNothingInAScopeThatWasCancelledItself() {
        CancelScope outer = AnyIO.openCancelScope();
        CancelScope raised = AnyIO.openCancelScope();
        CancelScope cancelled = AnyIO.openCancelScope();
        outer.run(() -> raised.run(() -> cancelled.run(() -> AnyIO.openCancelScope().run(() -> {
            cancelled.cancel();
            outer.cancel();
            raised.shield(true);
            assertSame(cancelled, assertThrows(CancelledError.class, AnyIO::checkpoint).scope());
        }))));
    }
}
