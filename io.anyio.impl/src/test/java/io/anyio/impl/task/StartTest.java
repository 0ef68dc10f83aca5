package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.Started;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A child that tells when it is ready. */
class StartTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> seen = new ArrayList<>();

    @AnyioTest(virtualClock = true) @Proves("TG-40")
    void startWaitsForTheValue() {
        AnyIO.createTaskGroup().run(group -> {
            Deadline begin = AnyIO.currentTime();
            int port = group.<Integer, RuntimeException>start("server", started -> {
                AnyIO.sleep(SECOND);
                started.set(8080);
                seen.add("goes on");
                AnyIO.sleep(SECOND);
                seen.add("ended");
            });
            assertEquals(8080, port);
            assertEquals(SECOND, begin.until(AnyIO.currentTime()));
            assertFalse(seen.contains("ended"));
        });
        assertEquals(List.of("goes on", "ended"), seen);
    }

    @AnyioTest @Proves("TG-41")
    void anErrorBeforeStartedIsThrownByStartAndLeavesTheGroupAlone() {
        IOException failure = new IOException("no port");
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                AnyIO.waitAllTasksBlocked();
                AnyIO.checkpoint();
                seen.add("sibling");
            });
            assertSame(failure, assertThrows(IOException.class, () -> group.<Integer, IOException>start("server", _ -> {
                AnyIO.checkpoint();
                throw failure;
            })));
            assertFalse(group.cancelScope().cancelCalled());
            AnyIO.checkpoint();
        });
        assertEquals(List.of("sibling"), seen);
    }

    @AnyioTest @Proves("TG-42")
    void anErrorAfterStartedIsAnErrorOfTheGroup() {
        IOException failure = new IOException("later");
        assertSame(failure,
                assertThrows(IOException.class, () -> AnyIO.createTaskGroup(IOException.class).run(group -> {
                    assertEquals("ready", group.<String, IOException>start("server", started -> {
                        started.set("ready");
                        AnyIO.checkpoint();
                        throw failure;
                    }));
                    assertThrows(CancelledError.class, AnyIO::sleepForever);
                    seen.add("host cancelled");
                })));
        assertEquals(1, seen.size());
    }

    @AnyioTest @Proves("TG-43")
    void aChildThatEndsWithoutStartedIsAStateError() {
        AnyIO.createTaskGroup().run(group -> {
            IllegalStateException error = assertThrows(IllegalStateException.class,
                    () -> group.start("forgetful", _ -> AnyIO.checkpoint()));
            assertTrue(error.getMessage().contains("'forgetful'"), error.getMessage());
            AnyIO.checkpoint();
        });
    }

    @AnyioTest @Proves("TG-44")
    void aSecondStartedIsAStateErrorInTheChild() {
        AnyIO.createTaskGroup().run(group -> {
            Started<?>[] escaped = new Started<?>[1];
            group.<Integer, RuntimeException>start("eager", started -> {
                escaped[0] = started;
                started.set(1);
                assertThrows(IllegalStateException.class, () -> started.set(2));
                seen.add("thrown in the child");
            });
            assertThrows(IllegalStateException.class, () -> escaped[0].set(null));
        });
        assertEquals(1, seen.size());
    }

    @AnyioTest @Proves("TG-45")
    void cancellingTheCallerCancelsAndAwaitsTheHalfStartedChild() {
        CancelScope scope = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                AnyIO.waitAllTasksBlocked();
                scope.cancel();
            });
            scope.run(() -> {
                group.start("slow", _ -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        AnyIO.cancelShieldedCheckpoint();
                        seen.add("child ended");
                    }
                });
                fail("cancelled");
            });
            seen.add("caller goes on");
            assertFalse(group.cancelScope().cancelCalled());
            AnyIO.checkpoint();
        });
        assertEquals(List.of("child ended", "caller goes on"), seen);
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest(virtualClock = true) @Proves("TG-46")
    void untilStartedTheChildLivesUnderTheCallersScopes() {
        AnyIO.createTaskGroup().run(group -> {
            TaskInfo host = AnyIO.getCurrentTask();
            group.spawn("caller", () -> {
                TaskInfo caller = AnyIO.getCurrentTask();
                CancelScope around = AnyIO.openCancelScope(options -> options.timeout(SECOND));
                around.run(() -> group.start("child", started -> {
                    assertEquals(around.deadline(), AnyIO.currentEffectiveDeadline());
                    assertEquals(caller.id(), AnyIO.getCurrentTask().parentId().getAsLong());
                    started.set("");
                    assertEquals(Deadline.NEVER, AnyIO.currentEffectiveDeadline());
                    assertEquals(host.id(), AnyIO.getCurrentTask().parentId().getAsLong());
                    AnyIO.sleep(SECOND.multipliedBy(5));
                    seen.add("outlives the caller's timeout");
                }));
            });
        });
        assertEquals(1, seen.size());
    }

    @AnyioTest(virtualClock = true) @Proves("TG-47")
    void aChildThatShieldsItselfIsNotCancelledBeforeTheShieldEnds() {
        AnyIO.createTaskGroup().run(group -> {
            Deadline begin = AnyIO.currentTime();
            assertFalse(AnyIO.moveOnAfter(SECOND, () -> group.start("shielded", _ -> {
                AnyIO.openCancelScope(options -> options.shield(true)).run(() -> AnyIO.sleep(SECOND.multipliedBy(3)));
                seen.add("shield ended");
                AnyIO.checkpoint();
                fail("cancelled after the shield");
            })));
            assertEquals(SECOND.multipliedBy(3), begin.until(AnyIO.currentTime()));
        });
        assertEquals(List.of("shield ended"), seen);
    }

    @AnyioTest
    void aChildThatTellsWhileItsCallerIsCancelledStaysWithTheCaller() {
        for (boolean thenFails : List.of(true, false)) {
            CancelScope scope = AnyIO.openCancelScope();
            AnyIO.createTaskGroup().run(group -> {
                scope.run(() -> {
                    String value = group.start("late", started -> {
                        scope.cancel();
                        try {
                            AnyIO.checkpoint();
                        } finally {
                            started.set("told");
                            assertTrue(AnyIO.hasPendingCancellation());
                        }
                    });
                    fail("start returned " + value);
                });
                assertFalse(group.cancelScope().cancelCalled());
                AnyIO.checkpoint();
                CancelScope again = AnyIO.openCancelScope();
                again.run(() -> seen.add(group.start("late but well", started -> {
                    again.cancel();
                    started.set("told");
                    assertEquals(AnyIO.getCurrentTask().parentId(),
                            group.<Boolean>spawn(() -> thenFails).info().parentId());
                })));
            });
            assertTrue(scope.cancelledCaught());
        }
        assertEquals(List.of("told", "told"), seen);
    }

    @AnyioTest
    void movingIntoACancelledGroupWakesWhatTheChildHasStarted() {
        TaskGroup<RuntimeException> target = AnyIO.createTaskGroup();
        AnyIO.createTaskGroup().run(around -> {
            Gate move = new Gate();
            around.spawn("target",
                    () -> target.run(_ -> AnyIO.openCancelScope(options -> options.shield(true)).run(move::await)));
            AnyIO.waitAllTasksBlocked();
            target.cancel();
            around.spawn("caller", () -> target.start("child", started -> AnyIO.createTaskGroup().run(inner -> {
                inner.spawn("grandchild", () -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        seen.add("grandchild woken");
                    }
                });
                AnyIO.waitAllTasksBlocked();
                started.set("now");
                assertTrue(AnyIO.hasPendingCancellation());
                move.open();
            })));
        });
        assertEquals(List.of("grandchild woken"), seen);
    }

    @AnyioTest
    void startOnTheGroupOfAnotherLoopIsRefusedAndLeavesNothingBehind() throws Exception {
        AnyIO.createTaskGroup().run(group -> {
            Thread other = Thread.ofPlatform().start(() -> AnyIO.run(() -> {
                IllegalStateException error = assertThrows(IllegalStateException.class,
                        () -> group.start("x", started -> started.set(1)));
                seen.add(error.getMessage());
            }));
            AnyIO.interruptibly(() -> {
                other.join();
                return "";
            });
        });
        assertTrue(seen.getFirst().contains("task of the group's loop"), seen.getFirst());
    }
}
