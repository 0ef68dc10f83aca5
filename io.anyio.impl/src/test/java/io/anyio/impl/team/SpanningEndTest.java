package io.anyio.impl.team;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskFailedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.loop.BreakingPoller;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.task.Task;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** What leaves a spanning group whose tasks wait for each other: the same as from one loop. */
class SpanningEndTest {
    private static TaskGroup<IOException> group(int loops) {
        return AnyIO.createTaskGroup(IOException.class, options -> options.loops(loops));
    }

    private static Loop loop() {
        return Task.current("test").loop;
    }

    private static void shielded(Block<RuntimeException> block) {
        AnyIO.openCancelScope(options -> options.shield(true)).run(block);
    }

    /** Spawns a child, and returns when it has begun. */
    private static TaskHandle<Void> begun(TaskGroup<?> group, Block<?> body) {
        Event begun = AnyIO.createEvent();
        TaskHandle<Void> child = group.spawn("child", () -> {
            begun.set();
            body.run();
        });
        begun.await();
        return child;
    }

    @AnyioTest @Proves("LP-12")
    void whoWaitsForACancelledChildOfAnotherLoopIsCancelledToo() throws IOException {
        for (int loops = 1; loops < 4; loops++) {
            List<TaskHandle<Void>> all = new ArrayList<>();
            group(loops).run(group -> {
                for (int i = 0; i < 3; i++) {
                    TaskHandle<Void> sleeper = begun(group, AnyIO::sleepForever);
                    all.add(sleeper);
                    for (int k = 0; k < 3; k++) {
                        all.add(begun(group, sleeper::await));
                    }
                }
                AnyIO.waitAllTasksBlocked();
                group.cancel();
            });
            for (TaskHandle<Void> each : all) {
                assertEquals(TaskHandle.Status.CANCELLED, each.status());
            }
        }
    }

    @AnyioTest @Proves("LP-12")
    void soIsWhoWaitsForItInAShield() throws IOException {
        for (int loops = 1; loops < 4; loops++) {
            group(loops).run(group -> {
                for (int i = 0; i < 3; i++) {
                    TaskHandle<Void> sleeper = begun(group, AnyIO::sleepForever);
                    for (int k = 0; k < 3; k++) {
                        begun(group, () -> shielded(sleeper::await));
                    }
                }
                group.cancel();
            });
        }
    }

    @AnyioTest @Proves("LP-12")
    void soIsTheBlock() throws IOException {
        for (int loops = 1; loops < 4; loops++) {
            CancelScope around = AnyIO.openCancelScope();
            int count = loops;
            around.run(() -> group(count).run(group -> {
                List<TaskHandle<Void>> children = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    children.add(begun(group, AnyIO::sleepForever));
                }
                around.cancel();
                for (TaskHandle<Void> child : children) {
                    shielded(child::awaitEnd);
                }
                children.getLast().await();
            }));
            assertTrue(around.cancelledCaught());
        }
    }

    @AnyioTest @Proves("LP-08")
    void theCancellationNamesTheScopeThatWasCancelled() throws IOException {
        for (int loops = 1; loops < 4; loops++) {
            Set<Object> scopes = ConcurrentHashMap.newKeySet();
            Set<String> reasons = ConcurrentHashMap.newKeySet();
            CancelScope around = AnyIO.openCancelScope();
            int count = loops;
            around.run(() -> group(count).run(group -> {
                for (int i = 0; i < 3; i++) {
                    begun(group, () -> {
                        try {
                            AnyIO.sleepForever();
                        } catch (CancelledError e) {
                            scopes.add(e.scope());
                            reasons.add(e.reason());
                            throw e;
                        }
                    });
                }
                around.cancel("enough");
            }));
            assertEquals(Set.of(around), scopes);
            assertEquals(1, reasons.size(), reasons::toString);
        }
    }

    /** Errors beside a cancellation that no scope requested. */
    @AnyioTest @Proves("LP-13")
    void whatWasSuppressedInAStrayCancellationLeavesOnce() {
        for (int loops = 1; loops < 4; loops++) {
            for (int skipped = 0; skipped < loops; skipped++) {
                int before = skipped;
                int count = loops;
                RuntimeException suppressed = new IllegalStateException("suppressed");
                RuntimeException failure = new IllegalStateException("failure");
                CancelledError stray = new CancelledError(null, "stray");
                stray.addSuppressed(suppressed);
                ExceptionGroup thrown = assertThrows(ExceptionGroup.class, () -> group(count).run(group -> {
                    for (int i = 0; i < before; i++) {
                        begun(group, AnyIO::sleepForever);
                    }
                    Event go = AnyIO.createEvent();
                    begun(group, () -> {
                        shielded(go::await);
                        throw stray;
                    });
                    for (int i = 1; i < count; i++) {
                        begun(group, AnyIO::sleepForever);
                    }
                    begun(group, () -> {
                        try {
                            AnyIO.sleepForever();
                        } catch (CancelledError _) {
                            throw failure;
                        }
                    });
                    go.set();
                }));
                assertEquals(2, thrown.exceptions().size(), thrown::toString);
                assertEquals(Set.of(failure, suppressed), Set.copyOf(thrown.exceptions()));
            }
        }
    }

    @AnyioTest @Proves("LP-13")
    void anErrorThatIsToldAgainOnAnotherLoopLeavesOnce() {
        for (int loops = 1; loops < 4; loops++) {
            int count = loops;
            IOException one = new IOException("one");
            IOException other = new IOException("other");
            ExceptionGroup thrown = assertThrows(ExceptionGroup.class, () -> group(count).run(group -> {
                Event go = AnyIO.createEvent();
                TaskHandle<Void> failing = begun(group, () -> {
                    shielded(go::await);
                    throw new ExceptionGroup(List.of(one, other));
                });
                for (int i = 0; i < 3; i++) {
                    begun(group, () -> shielded(failing::await));
                }
                go.set();
            }));
            assertTrue(thrown.exceptions().stream().noneMatch(TaskFailedException.class::isInstance),
                    thrown::toString);
        }
    }

    /** As with one loop, the tasks belong to who runs the group, and not to who has made it. */
    @AnyioTest @Proves("LP-16")
    void aGroupSpansTheLoopsOfTheTaskThatRunsIt() throws Exception {
        Set<Loop> mine = loopsOf(group(3));
        TaskGroup<IOException> made = group(3);
        Set<Loop> theirs = ConcurrentHashMap.newKeySet();
        AnyIO.runInWorkerThread(() -> AnyIO.run(() -> theirs.addAll(loopsOf(made))));
        assertEquals(3, theirs.size());
        assertTrue(Collections.disjoint(mine, theirs), theirs::toString);
    }

    @AnyioTest @Proves("LP-16")
    void aLoopThatBrokeIsReplaced() throws IOException {
        Loop home = loop();
        Set<Loop> before = loopsOf(group(3));
        AtomicReference<Loop> broken = new AtomicReference<>();
        LoopClosedException thrown = assertThrows(LoopClosedException.class, () -> group(3).run(group -> {
            for (int i = 0; i < 3; i++) {
                begun(group, () -> {
                    if (loop() != home && broken.compareAndSet(null, loop())) {
                        BreakingPoller.of(loop()).breakLoop();
                    }
                    AnyIO.sleepForever();
                });
            }
        }));
        assertTrue(thrown.getMessage().contains(broken.get().name), thrown::getMessage);
        Set<Loop> after = loopsOf(group(3));
        assertEquals(3, after.size());
        assertTrue(before.contains(broken.get()));
        assertFalse(after.contains(broken.get()));
        assertTrue(after.contains(home));
    }

    /** Runs a group with a task on each of its loops. */
    private static Set<Loop> loopsOf(TaskGroup<IOException> group) throws IOException {
        Set<Loop> loops = ConcurrentHashMap.newKeySet();
        group.run(active -> {
            for (int i = 0; i < 3; i++) {
                begun(active, () -> {
                    loops.add(loop());
                    AnyIO.sleepForever();
                });
            }
            active.cancel();
        });
        return loops;
    }
}
