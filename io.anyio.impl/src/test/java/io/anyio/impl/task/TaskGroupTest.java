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
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** How the tasks of a group begin, are waited for and are cancelled together. */
class TaskGroupTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> seen = new ArrayList<>();

    @AnyioTest(virtualClock = true) @Proves({"TG-01", "TG-37"})
    void childrenRunConcurrentlyAndAreWaitedFor() {
        Deadline start = AnyIO.currentTime();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                AnyIO.sleep(SECOND);
                seen.add("one");
            });
            group.spawn(() -> {
                AnyIO.sleep(SECOND);
                seen.add("two");
            });
            group.spawn(() -> seen.add("ends at once and disturbs nobody"));
            AnyIO.sleep(SECOND.dividedBy(2));
            seen.add("host");
        });
        assertEquals(List.of("ends at once and disturbs nobody", "host"), seen.subList(0, 2));
        assertEquals(Set.of("one", "two"), Set.copyOf(seen.subList(2, 4)));
        assertEquals(SECOND, start.until(AnyIO.currentTime()));
        assertEquals("value", AnyIO.createTaskGroup().call(group -> {
            group.spawn(() -> seen.add("child of a call"));
            return "value";
        }));
        assertEquals("child of a call", seen.getLast());
    }

    @AnyioTest(virtualClock = true) @Proves("TG-02")
    void aChildMayStartSiblingsWhileTheHostWaits() {
        AnyIO.createTaskGroup().run(group -> group.spawn(() -> {
            AnyIO.sleep(SECOND);
            group.spawn(() -> {
                AnyIO.sleep(SECOND);
                seen.add("sibling");
                group.spawn(() -> seen.add("sibling's sibling"));
            });
        }));
        assertEquals(List.of("sibling", "sibling's sibling"), seen);
    }

    @AnyioTest @Proves({"TG-03", "TG-04", "TG-05"})
    void spawnNeedsAnActiveGroup() {
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        assertNotActive(group);
        group.run(_ -> {});
        assertNotActive(group);
        assertThrows(IllegalStateException.class, () -> group.start("late", started -> started.set(1)));

        TaskGroup<RuntimeException> failed = AnyIO.createTaskGroup();
        assertThrows(ArithmeticException.class, () -> failed.run(_ -> {
            throw new ArithmeticException();
        }));
        assertNotActive(failed);
        TaskGroup<RuntimeException> failedLater = AnyIO.createTaskGroup();
        assertThrows(ArithmeticException.class, () -> failedLater.run(active -> active.spawn(() -> {
            AnyIO.checkpoint();
            throw new ArithmeticException();
        })));
        assertNotActive(failedLater);
    }

    private static void assertNotActive(TaskGroup<?> group) {
        IllegalStateException error = assertThrows(IllegalStateException.class,
                () -> group.spawn(() -> fail("started")));
        assertTrue(error.getMessage().contains("not active"), error.getMessage());
    }

    @AnyioTest @Proves("TG-06")
    void aGroupIsRunOnce() {
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        group.run(active -> {
            assertThrows(IllegalStateException.class, () -> group.run(_ -> fail("entered twice")));
            active.spawn(AnyIO::checkpoint);
        });
        assertThrows(IllegalStateException.class, () -> group.run(_ -> fail("entered again")));
    }

    @AnyioTest @Proves("TG-07")
    void spawnDoesNotRunTheChildOnTheSpawnersStack() {
        AnyIO.createTaskGroup().run(group -> {
            Thread host = Thread.currentThread();
            TaskHandle<Thread> child = group.spawn(() -> {
                seen.add("child");
                AnyIO.sleepForever();
                return Thread.currentThread();
            });
            seen.add("host");
            AnyIO.waitAllTasksBlocked();
            assertEquals(Set.of("child", "host"), Set.copyOf(seen));
            assertFalse(child.info().thread().equals(host));
            group.cancel();
        });
    }

    @AnyioTest @Proves("TG-07")
    void theSpawnerGoesOnBeforeTheChildsFirstInstruction(TaskGroup<Exception> group) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch spawned = new CountDownLatch(1);
        TaskHandle<?> child = group.spawn(() -> {
            entered.countDown();
            spawned.await(); // would never end if spawn waited for this instruction
        });
        spawned.countDown();
        child.await();
        assertEquals(0, entered.getCount());

        // the loop is kept busy, so no child can begin, while another thread spawns
        Thread other = Thread.ofPlatform().start(() -> group.spawn(() -> seen.add("child of another thread")));
        while (other.isAlive()) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), seen);
        AnyIO.waitAllTasksBlocked();
        assertEquals(List.of("child of another thread"), seen);
    }

    @AnyioTest @Proves({"TG-08", "TG-39", "CS-10"})
    void cancellingTheGroupCancelsAllChildrenAndTheHost() {
        for (boolean shortcut : List.of(true, false)) {
            seen.clear();
            TaskGroup<RuntimeException> cancelled = AnyIO.createTaskGroup();
            cancelled.run(group -> {
                group.spawn(() -> waitAndNote("child"));
                group.spawn(() -> {
                    AnyIO.waitAllTasksBlocked();
                    if (shortcut) {
                        group.cancel();
                    } else {
                        group.cancelScope().cancel();
                    }
                    group.spawn("started after the cancel", () -> {
                        seen.add("late child runs");
                        AnyIO.checkpoint();
                        fail("until its first checkpoint");
                    });
                });
                waitAndNote("host");
                fail("the host is cancelled");
            });
            assertEquals(Set.of("child", "host", "late child runs"), Set.copyOf(seen));
            assertTrue(cancelled.cancelScope().cancelCalled());
            assertTrue(cancelled.cancelScope().cancelledCaught());
        }
    }

    private void waitAndNote(String who) {
        try {
            AnyIO.sleepForever();
        } finally {
            seen.add(who);
        }
    }

    @AnyioTest(virtualClock = true) @Proves("TG-09")
    void aChildIsNotInsideTheScopesAroundTheSpawn() {
        AnyIO.moveOnAfter(Duration.ofMinutes(1), () -> AnyIO.createTaskGroup().run(group -> {
            Deadline outer = AnyIO.currentEffectiveDeadline();
            AnyIO.moveOnAfter(SECOND, scope -> {
                group.spawn(() -> {
                    assertEquals(outer, AnyIO.currentEffectiveDeadline());
                    AnyIO.sleep(SECOND.multipliedBy(2));
                    seen.add("child");
                });
                scope.cancel();
            });
            AnyIO.openCancelScope(options -> options.shield(true))
                    .run(() -> group.spawn(() -> assertEquals(outer, AnyIO.currentEffectiveDeadline())));
        }));
        assertEquals(List.of("child"), seen);
    }

    @AnyioTest @Proves({"TG-10", "TG-11"})
    void aFailingChildCancelsSiblingsAndHost() {
        IllegalStateException failure = new IllegalStateException("child");
        assertSame(failure, assertThrows(IllegalStateException.class, () -> AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> waitAndNote("sibling"));
            group.spawn(() -> {
                AnyIO.checkpoint();
                throw failure;
            });
            waitAndNote("host");
            fail("the host is cancelled");
        })));
        assertEquals(Set.of("sibling", "host"), Set.copyOf(seen));
    }

    @AnyioTest @Proves({"TG-12", "TG-50"})
    void aFailingHostCancelsTheChildrenAndWaits() {
        IllegalStateException failure = new IllegalStateException("host");
        assertSame(failure, assertThrows(IllegalStateException.class, () -> AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    AnyIO.cancelShieldedCheckpoint();
                    seen.add("child cancelled");
                }
            });
            AnyIO.checkpoint();
            throw failure;
        })));
        assertEquals(List.of("child cancelled"), seen);
    }

    @AnyioTest(virtualClock = true) @Proves("TG-25")
    void anOuterCancellationWhileTheHostWaitsCancelsTheChildrenAndIsThrownAfterwards() {
        CancelScope outer = AnyIO.openCancelScope();
        AnyIO.createTaskGroup().run(around -> {
            around.spawn(() -> {
                AnyIO.sleep(SECOND);
                outer.cancel();
            });
            outer.run(() -> {
                AnyIO.createTaskGroup().run(group -> {
                    group.spawn(() -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            AnyIO.openCancelScope(options -> options.shield(true)).run(() -> AnyIO.sleep(SECOND));
                            seen.add("child ended");
                        }
                    });
                    seen.add("host waits");
                });
                fail("Cancelled leaves the group");
            });
            seen.add("after");
        });
        assertEquals(List.of("host waits", "child ended", "after"), seen);
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest @Proves("TG-25")
    void aCancellationLeavesTheGroupThoughNobodyInItHasThrownIt() {
        CancelScope outer = AnyIO.openCancelScope();
        outer.run(() -> {
            AnyIO.createTaskGroup().run(group -> group.spawn(() -> outer.cancel()));
            fail("Cancelled leaves the group");
        });
        assertTrue(outer.cancelledCaught());
    }

    @AnyioTest(virtualClock = true) @Proves("TG-25")
    void whatComesFromOutsideWhileTheHostWaitsLeavesTheGroupAfterItsChildren() {
        for (boolean deadline : List.of(true, false)) {
            seen.clear();
            CancelScope outer = AnyIO.openCancelScope(o -> deadline ? o.deadline(AnyIO.currentTime().plus(SECOND)) : o);
            AnyIO.createTaskGroup().run(around -> {
                if (!deadline) {
                    around.spawn(() -> {
                        AnyIO.sleep(SECOND);
                        outer.cancel();
                    });
                }
                outer.run(() -> {
                    TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
                    assertThrows(CancelledError.class, () -> group.run(_ -> {
                        for (int seconds = 1; seconds <= 3; seconds++) {
                            endsLate(group, seconds);
                        }
                    }));
                    seen.add("thrown");
                    AnyIO.checkpoint();
                });
            });
            assertTrue(outer.cancelledCaught());
            assertEquals(List.of("1 cancelled", "2 cancelled", "3 cancelled"),
                    seen.subList(0, 3).stream().sorted().toList());
            assertEquals(List.of("1 ended", "2 ended", "3 ended", "thrown"), seen.subList(3, seen.size()));
        }
    }

    private void endsLate(TaskGroup<?> group, int seconds) {
        group.spawn(() -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                seen.add(seconds + " cancelled");
                AnyIO.openCancelScope(options -> options.shield(true))
                        .run(() -> AnyIO.sleep(SECOND.multipliedBy(seconds)));
                seen.add(seconds + " ended");
                throw e;
            }
        });
    }

    @AnyioTest(virtualClock = true) @Proves("TG-26")
    void aShieldedChildDelaysTheEndOfACancelledGroup() {
        Deadline start = AnyIO.currentTime();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> AnyIO.openCancelScope(options -> options.shield(true)).run(() -> {
                AnyIO.sleep(SECOND);
                seen.add("shielded child");
            }));
            AnyIO.waitAllTasksBlocked();
            group.cancel();
        });
        assertEquals(List.of("shielded child"), seen);
        assertEquals(SECOND, start.until(AnyIO.currentTime()));
    }

    @AnyioTest @Proves("TG-27")
    void leavingAnEmptyGroupLetsOthersRun() {
        AnyIO.createTaskGroup().run(around -> {
            around.spawn(() -> seen.add("other"));
            int before = seen.size();
            AnyIO.createTaskGroup().run(_ -> {});
            assertEquals(before + 1, seen.size());
        });
    }

    @AnyioTest @Proves("TG-28")
    void leavingAnEmptyGroupInACancelledScopeThrowsNothing() {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel();
            AnyIO.createTaskGroup().run(_ -> seen.add("body"));
            seen.add("after the group");
        });
        assertEquals(2, seen.size());
        assertFalse(scope.cancelledCaught());
    }

    @AnyioTest @Proves({"TG-29", "CS-80"})
    void cancellingAGroupCancelsTheGroupsOfItsChildren() {
        AnyIO.createTaskGroup().run(outer -> {
            outer.spawn("child", () -> {
                AnyIO.createTaskGroup().run(inner -> {
                    inner.spawn("grandchild", () -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            AnyIO.cancelShieldedCheckpoint();
                            seen.add("grandchild");
                        }
                    });
                });
                fail("the code after the inner group does not run");
            });
            AnyIO.waitAllTasksBlocked();
            outer.cancel();
        });
        assertEquals(List.of("grandchild"), seen);
    }

    @AnyioTest @Proves("TG-30")
    void aTaskCanUseGroupsOneAfterTheOther() {
        for (int i = 0; i < 3; i++) {
            AnyIO.createTaskGroup().run(group -> {
                group.spawn(() -> group.cancel());
                AnyIO.sleepForever();
            });
            AnyIO.createTaskGroup().run(group -> group.spawn(() -> seen.add("child")));
        }
        assertEquals(3, seen.size());
    }

    @AnyioTest @Proves("TG-35")
    void otherTasksMaySpawnIntoAGroup() {
        AnyIO.createTaskGroup().run(outer -> AnyIO.createTaskGroup().run(inner -> {
            outer.spawn(() -> spawnInto(inner));
            AnyIO.checkpoint();
            assertEquals(1, AnyIO.getRunningTasks().stream().filter(
                    task -> task.name().equals("handed over")
                            && task.parentId().getAsLong() == AnyIO.getCurrentTask().id())
                    .count());
        }));
        assertEquals(List.of("handed over"), seen);
    }

    private void spawnInto(TaskGroup<?> group) {
        group.spawn("handed over", () -> {
            AnyIO.sleep(Duration.ofMillis(1));
            seen.add("handed over");
        });
    }

    @AnyioTest @Proves("TG-32")
    void theNameOfATaskIsVisible() {
        AnyIO.createTaskGroup().run(group -> {
            TaskHandle<?> named = group.spawn("named", () -> assertEquals("named", AnyIO.getCurrentTask().name()));
            TaskHandle<?> empty = group.spawn("", () -> AnyIO.getCurrentTask());
            TaskHandle<?> unnamed = group.spawn(AnyIO::checkpoint);
            assertEquals("named", named.name());
            assertEquals("", empty.name());
            assertEquals(TaskGroupTest.class.getName(), unnamed.name());
            assertTrue(AnyIO.getRunningTasks().stream().anyMatch(task -> task.name().equals("named")));
            assertEquals(AnyIO.getCurrentTask().id(), named.info().parentId().getAsLong());
        });
    }
}
