package io.anyio.impl.team;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.thread.TaskLocal;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.task.Task;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A task group whose children run on several loops. */
class SpanningGroupTest {
    private static final int LOOPS = 3;

    private static TaskGroup<IOException> spanning() {
        return AnyIO.createTaskGroup(IOException.class, options -> options.loops(LOOPS));
    }

    private static Loop loop() {
        return Task.current("test").loop;
    }

    /** Runs a body in one child on each loop, and returns when all have begun. */
    private static List<TaskHandle<Void>> onEach(TaskGroup<?> group, Block<?> body) {
        Set<Loop> loops = ConcurrentHashMap.newKeySet();
        List<TaskHandle<Void>> children = new ArrayList<>();
        List<Event> begun = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            Event event = AnyIO.createEvent();
            begun.add(event);
            children.add(group.spawn("child " + i, () -> {
                loops.add(loop());
                event.set();
                body.run();
            }));
        }
        begun.forEach(Event::await);
        assertEquals(LOOPS, loops.size());
        return children;
    }

    /** One child on each loop, started and waiting. */
    private static List<TaskHandle<Void>> oneOnEach(TaskGroup<?> group) {
        return onEach(group, AnyIO::sleepForever);
    }

    /** Waits until a child has ended, and its loop has counted that. */
    private static void awaitCountedEnd(TaskHandle<?> child) {
        child.awaitEnd();
        CompletableFuture<Boolean> counted = new CompletableFuture<>();
        ((Task<?>) child).loop.post(() -> counted.complete(true));
        assertTrue(AnyIO.runInWorkerThread(counted::join));
    }

    /** One child on each loop, which adds the reason of its cancellation. */
    private static void addReasons(TaskGroup<?> group, List<String> reasons) {
        onEach(group, () -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                reasons.add(e.reason());
                throw e;
            }
        });
    }

    /** As many children as make the next one run on another loop than before. */
    private static void skipLoops(TaskGroup<?> group, int count) {
        for (int i = 0; i < count; i++) {
            group.spawn(AnyIO::sleepForever);
        }
    }

    // ---- where children run

    @AnyioTest @Proves("LP-01")
    void childrenRunOnAsManyLoops() throws IOException {
        Set<Loop> loops = ConcurrentHashMap.newKeySet();
        spanning().run(group -> {
            for (int i = 0; i < 20; i++) {
                group.spawn(() -> {
                    loops.add(loop());
                    AnyIO.sleep(Duration.ofMillis(1));
                });
            }
        });
        assertEquals(LOOPS, loops.size());
        assertTrue(loops.contains(loop()));
    }

    @AnyioTest @Proves("LP-01")
    void zeroMeansAsManyAsProcessors() throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        Set<Loop> loops = ConcurrentHashMap.newKeySet();
        AnyIO.createTaskGroup(IOException.class, options -> options.loops(0)).run(group -> {
            for (int i = 0; i < processors * 2; i++) {
                group.spawn(() -> {
                    loops.add(loop());
                    AnyIO.sleep(Duration.ofMillis(1));
                });
            }
        });
        assertEquals(processors, loops.size());
    }

    @AnyioTest @Proves("LP-02")
    void theyRunAtTheSameTime() throws IOException {
        // on pool, more tasks than processors cannot
        CountDownLatch both = new CountDownLatch(2);
        AnyIO.createTaskGroup(IOException.class, options -> options.loops(2)).run(group -> {
            for (int i = 0; i < 2; i++) {
                group.spawn(() -> {
                    both.countDown();
                    while (both.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                });
            }
        });
    }

    @AnyioTest @Proves("LP-03")
    void aChildRunsOnTheLoopWithTheFewest() throws IOException {
        spanning().run(group -> {
            List<TaskHandle<Void>> children = oneOnEach(group);
            // not in the order in which they came: the loops in turn would do then
            for (TaskHandle<Void> child : children.reversed()) {
                child.cancel();
                awaitCountedEnd(child);
                Event begun = AnyIO.createEvent();
                TaskHandle<Void> next = group.spawn("next", () -> {
                    begun.set();
                    AnyIO.sleepForever();
                });
                begun.await();
                assertSame(((Task<?>) child).loop, ((Task<?>) next).loop);
            }
            group.cancel();
        });
    }

    // ---- the end

    @AnyioTest @Proves("LP-04")
    void theGroupEndsWithTheLastChildOnAnyLoop() throws IOException {
        AtomicInteger ended = new AtomicInteger();
        spanning().run(group -> {
            for (int i = 0; i < 30; i++) {
                int millis = i % 5;
                group.spawn(() -> {
                    AnyIO.sleep(Duration.ofMillis(millis));
                    ended.incrementAndGet();
                });
            }
        });
        assertEquals(30, ended.get());
    }

    @AnyioTest @Proves("LP-04")
    void theValueOfTheBlockIsThatOfTheCall() throws IOException {
        List<TaskHandle<Integer>> children = spanning().call(group -> {
            List<TaskHandle<Integer>> spawned = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                int value = i;
                spawned.add(group.spawn("child", () -> value * value));
            }
            return spawned;
        });
        assertEquals(204, children.stream().mapToInt(TaskHandle::result).sum());
    }

    @AnyioTest @Proves("LP-05")
    void childrenSpawnChildrenWhileTheGroupEnds() throws IOException {
        AtomicInteger count = new AtomicInteger();
        spanning().run(group -> spawnTree(group, 6, count));
        assertEquals((1 << 7) - 2, count.get());
    }

    private static void spawnTree(TaskGroup<?> group, int depth, AtomicInteger count) {
        for (int i = 0; depth > 0 && i < 2; i++) {
            group.spawn(() -> {
                count.incrementAndGet();
                AnyIO.checkpoint();
                spawnTree(group, depth - 1, count);
            });
        }
    }

    @AnyioTest @Proves("LP-05")
    void aGroupInAChildSpansTheSameLoops() throws IOException {
        Set<Loop> loops = ConcurrentHashMap.newKeySet();
        spanning().run(outer -> {
            for (int i = 0; i < LOOPS; i++) {
                outer.spawn(() -> spanning().run(inner -> {
                    for (int k = 0; k < LOOPS; k++) {
                        inner.spawn(() -> {
                            loops.add(loop());
                            AnyIO.checkpoint();
                        });
                    }
                }));
            }
        });
        assertEquals(LOOPS, loops.size());
    }

    @AnyioTest @Proves("LP-06")
    void anEndedGroupTakesNoChild() throws IOException {
        TaskGroup<IOException> group = spanning();
        assertThrows(IllegalStateException.class, () -> group.spawn(() -> {}));
        group.run(_ -> {});
        assertThrows(IllegalStateException.class, () -> group.spawn(() -> {}));
        assertThrows(IllegalStateException.class, () -> group.run(_ -> {}));
    }

    @AnyioTest @Proves("LP-06")
    void aNegativeNumberOfLoopsIsRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> AnyIO.createTaskGroup(IOException.class, options -> options.loops(-1)));
    }

    @AnyioTest @Proves("LP-07")
    void startRunsOnTheLoopOfTheHost() throws IOException {
        Loop home = loop();
        spanning().run(group -> {
            Loop its = group.start("server", started -> {
                started.set(loop());
                AnyIO.sleepForever();
            });
            assertSame(home, its);
            group.cancel();
        });
    }

    // ---- cancellation

    @AnyioTest @Proves("LP-08")
    void theGroupsScopeCancelsAllLoops() throws IOException {
        List<TaskHandle<Void>> children = new ArrayList<>();
        spanning().run(group -> {
            children.addAll(oneOnEach(group));
            group.cancelScope().cancel("enough");
        });
        children.forEach(child -> assertEquals(TaskHandle.Status.CANCELLED, child.status()));
    }

    @AnyioTest @Proves("LP-08")
    void aCancellationTellsItsReasonOnAllLoops() throws IOException {
        List<String> reasons = Collections.synchronizedList(new ArrayList<>());
        spanning().run(group -> {
            addReasons(group, reasons);
            group.cancelScope().cancel("the moon is full");
        });
        assertReasons("the moon is full", reasons);
    }

    @AnyioTest @Proves("LP-08")
    void aScopeAroundCancelsAllLoops() throws IOException {
        CancelScope around = AnyIO.openCancelScope();
        List<String> reasons = Collections.synchronizedList(new ArrayList<>());
        around.run(() -> spanning().run(group -> {
            addReasons(group, reasons);
            around.cancel("the tide is out");
            AnyIO.sleepForever();
        }));
        assertTrue(around.cancelledCaught());
        assertReasons("the tide is out", reasons);
    }

    @AnyioTest(virtualClock = true) @Proves("LP-08")
    void aDeadlineCancelsAllLoops() {
        List<String> reasons = Collections.synchronizedList(new ArrayList<>());
        assertThrows(TimedOutException.class, () -> AnyIO.failAfter(Duration.ofMinutes(3),
                () -> spanning().run(group -> addReasons(group, reasons))));
        assertReasons("deadline", reasons);
    }

    @AnyioTest(virtualClock = true) @Proves("LP-08")
    void theDeadlineOfTheGroupsScopeCancelsAllLoops() throws IOException {
        List<String> reasons = Collections.synchronizedList(new ArrayList<>());
        spanning().run(group -> {
            addReasons(group, reasons);
            group.cancelScope().deadline(AnyIO.currentTime().plus(Duration.ofMinutes(3)));
        });
        assertReasons("deadline", reasons);
    }

    private static void assertReasons(String part, List<String> reasons) {
        assertEquals(LOOPS, reasons.size());
        reasons.forEach(reason -> assertTrue(reason.contains(part), reason));
    }

    @AnyioTest @Proves("LP-08")
    void aCancelledHostOpensNothing() throws IOException {
        AtomicInteger ran = new AtomicInteger();
        AnyIO.moveOnAfter(Duration.ZERO, () -> spanning().run(_ -> ran.incrementAndGet()));
        assertEquals(0, ran.get());
    }

    @AnyioTest @Proves("LP-09")
    void aChildOnAnotherLoopMayCancelTheGroup() throws IOException {
        Loop home = loop();
        spanning().run(group -> {
            for (int i = 0; i < LOOPS; i++) {
                group.spawn(() -> {
                    if (loop() != home) {
                        group.cancel();
                    }
                    AnyIO.sleepForever();
                });
            }
        });
    }

    /** Also with a sibling on the same loop. */
    @AnyioTest @Proves("LP-09")
    void theHandleOfAChildCancelsOnlyIt() throws IOException {
        spanning().run(group -> {
            List<TaskHandle<Void>> siblings = oneOnEach(group);
            List<TaskHandle<Void>> children = oneOnEach(group);
            for (TaskHandle<Void> child : children) {
                child.cancel();
                awaitCountedEnd(child);
                assertEquals(TaskHandle.Status.CANCELLED, child.status());
                assertFalse(group.cancelScope().cancelCalled());
                List<TaskHandle<Void>> others = new ArrayList<>(siblings);
                others.addAll(children.subList(children.indexOf(child) + 1, LOOPS));
                for (TaskHandle<Void> sibling : others) {
                    assertEquals(TaskHandle.Status.PENDING, sibling.status());
                    assertFalse(((Task<?>) sibling).own().isEffective());
                }
            }
            group.cancel();
        });
    }

    @AnyioTest @Proves("LP-10")
    void aShieldOnAnotherLoopHolds() throws IOException {
        AtomicInteger finished = new AtomicInteger();
        spanning().run(group -> {
            onEach(group, () -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    AnyIO.openCancelScope(options -> options.shield(true)).run(() -> {
                        AnyIO.sleep(Duration.ofMillis(5));
                        finished.incrementAndGet();
                    });
                }
            });
            group.cancel();
        });
        assertEquals(LOOPS, finished.get());
    }

    @AnyioTest @Proves("LP-11")
    void aRequestToFinishIsSeenOnAllLoops() throws IOException {
        AtomicInteger finished = new AtomicInteger();
        CancelScope around = AnyIO.openCancelScope();
        around.run(() -> spanning().run(group -> {
            for (int i = 0; i < LOOPS; i++) {
                group.spawn(() -> {
                    CancelScope mine = AnyIO.openCancelScope();
                    mine.run(() -> {
                        while (!mine.finishRequested()) {
                            AnyIO.sleep(Duration.ofMillis(1));
                        }
                        finished.incrementAndGet();
                    });
                });
            }
            AnyIO.sleep(Duration.ofMillis(5));
            assertEquals(0, finished.get());
            around.cancel(Duration.ofMinutes(1));
        }));
        assertEquals(LOOPS, finished.get());
        assertFalse(around.cancelledCaught());
    }

    @AnyioTest @Proves("LP-11")
    void theEffectiveDeadlineIsTheEarliestOfTheScopesAround() throws IOException {
        Deadline early = AnyIO.currentTime().plus(Duration.ofMinutes(7));
        Deadline late = AnyIO.currentTime().plus(Duration.ofMinutes(8));
        assertEquals(Set.of(early), effectiveDeadlines(early, late, late));
        assertEquals(Set.of(early), effectiveDeadlines(late, early, late));
        assertEquals(Set.of(early), effectiveDeadlines(late, late, early));
    }

    /** What children on all loops see, with two scopes around the group and its own. */
    private static Set<Deadline> effectiveDeadlines(Deadline outer, Deadline inner, Deadline own) throws IOException {
        Set<Deadline> seen = ConcurrentHashMap.newKeySet();
        AnyIO.openCancelScope(options -> options.deadline(outer))
                .run(() -> AnyIO.openCancelScope(options -> options.deadline(inner)).run(() -> spanning().run(group -> {
                    group.cancelScope().deadline(own);
                    onEach(group, () -> seen.add(AnyIO.currentEffectiveDeadline()));
                })));
        return seen;
    }

    // ---- errors

    @AnyioTest @Proves("LP-12")
    void theErrorOfAChildOnAnyLoopLeavesAsItself() {
        for (int failing = 0; failing < LOOPS; failing++) {
            IOException error = new IOException("child " + failing);
            int which = failing;
            List<TaskHandle<Void>> others = new ArrayList<>();
            IOException thrown = assertThrows(IOException.class, () -> spanning().run(group -> {
                List<TaskHandle<Void>> children = oneOnEach(group);
                others.addAll(children);
                children.get(which).cancel();
                children.get(which).awaitEnd();
                group.spawn("failing", () -> {
                    throw error;
                });
                AnyIO.sleepForever();
            }));
            assertSame(error, thrown);
            others.forEach(other -> assertEquals(TaskHandle.Status.CANCELLED, other.status()));
        }
    }

    @AnyioTest @Proves("LP-13")
    void theErrorsOfSeveralLoopsAreThoseOfOneGroup() {
        ExceptionGroup thrown = assertThrows(ExceptionGroup.class, () -> spanning().run(group -> {
            AtomicInteger missing = new AtomicInteger(2 * LOOPS);
            Event all = AnyIO.createEvent();
            for (int i = 0; i < 2 * LOOPS; i++) {
                String text = "child " + i;
                group.spawn(() -> {
                    if (missing.decrementAndGet() == 0) {
                        all.set();
                    }
                    AnyIO.openCancelScope(options -> options.shield(true)).run(all::await);
                    throw new IOException(text);
                });
            }
        }));
        Set<String> texts = new HashSet<>();
        thrown.exceptions().forEach(error -> texts.add(error.getMessage()));
        assertEquals(2 * LOOPS, thrown.exceptions().size(), thrown::toString);
        assertEquals(2 * LOOPS, texts.size());
    }

    @AnyioTest @Proves("LP-13")
    void anUndeclaredCheckedErrorLeavesInAGroupOfOne() {
        for (int skipped = 0; skipped < LOOPS; skipped++) {
            int before = skipped;
            Exception error = new Exception("undeclared");
            ExceptionGroup thrown = assertThrows(ExceptionGroup.class, () -> spanning().run(group -> {
                skipLoops(group, before);
                group.spawn(() -> {
                    throw error;
                });
            }));
            assertEquals(List.of(error), thrown.exceptions());
        }
    }

    @AnyioTest @Proves("LP-13")
    void aStrictGroupHasEachErrorAsAMember() {
        for (int skipped = 0; skipped < LOOPS; skipped++) {
            int before = skipped;
            IOException error = new IOException("strict");
            ExceptionGroup thrown = assertThrows(ExceptionGroup.class,
                    () -> AnyIO.createTaskGroup(IOException.class, options -> options.loops(LOOPS).strict(true))
                            .run(group -> {
                                skipLoops(group, before);
                                group.spawn(() -> {
                                    throw error;
                                });
                            }));
            assertEquals(List.of(error), thrown.exceptions());
        }
    }

    @AnyioTest @Proves("LP-12")
    void theErrorOfTheBlockCancelsAllLoops() {
        IOException error = new IOException("block");
        List<TaskHandle<Void>> children = new ArrayList<>();
        assertSame(error, assertThrows(IOException.class, () -> spanning().run(group -> {
            children.addAll(oneOnEach(group));
            throw error;
        })));
        children.forEach(child -> assertEquals(TaskHandle.Status.CANCELLED, child.status()));
    }

    @AnyioTest @Proves("LP-12")
    void aTimeoutInAChildLeavesAsItself() {
        for (int skipped = 0; skipped < LOOPS; skipped++) {
            int before = skipped;
            assertThrows(TimedOutException.class, () -> spanning().run(group -> {
                skipLoops(group, before);
                group.spawn(() -> AnyIO.failAfter(Duration.ofMillis(1), AnyIO::sleepForever));
            }));
        }
    }

    /** A failed child of another loop does not wait for its siblings there before it cancels those here. */
    @AnyioTest @Proves("LP-12")
    void anErrorCancelsTheOtherLoopsAtOnce() {
        Loop home = loop();
        IOException error = new IOException("elsewhere");
        Event begun = AnyIO.createEvent();
        Event cancelledHere = AnyIO.createEvent();
        AtomicInteger missing = new AtomicInteger(2 * LOOPS);
        AtomicInteger fails = new AtomicInteger(1);
        assertSame(error, assertThrows(IOException.class, () -> spanning().run(group -> {
            for (int i = 0; i < 2 * LOOPS; i++) {
                group.spawn(() -> {
                    boolean here = loop() == home;
                    boolean failing = !here && fails.getAndDecrement() == 1;
                    if (missing.decrementAndGet() == 0) {
                        begun.set();
                    }
                    begun.await();
                    if (failing) {
                        throw error;
                    }
                    if (here) {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            cancelledHere.set();
                        }
                    }
                    AnyIO.openCancelScope(options -> options.shield(true)).run(cancelledHere::await);
                });
            }
        })));
    }

    /** Two children that await a failed one, each on whatever loop, only repeat its error. */
    @AnyioTest @Proves("LP-13")
    void whoAwaitsAFailedChildOfAnotherLoopRepeatsItsError() {
        for (int skipped = 0; skipped < LOOPS; skipped++) {
            int before = skipped;
            IOException error = new IOException("first");
            assertSame(error, assertThrows(IOException.class, () -> spanning().run(group -> {
                skipLoops(group, before);
                Event go = AnyIO.createEvent();
                TaskHandle<?> failing = group.spawn("failing", () -> {
                    go.await();
                    throw error;
                });
                Event waiting = AnyIO.createEvent();
                AtomicInteger missing = new AtomicInteger(2 * LOOPS);
                for (int i = 0; i < 2 * LOOPS; i++) {
                    group.spawn("asks", () -> {
                        if (missing.decrementAndGet() == 0) {
                            waiting.set();
                        }
                        AnyIO.openCancelScope(options -> options.shield(true)).run(failing::await);
                    });
                }
                waiting.await();
                go.set();
            })));
        }
    }

    // ---- what crosses

    @AnyioTest @Proves("LP-14")
    void taskLocalsAreCarried() throws IOException {
        TaskLocal<String> local = TaskLocal.of("test", "none");
        local.set("carried");
        Set<String> seen = ConcurrentHashMap.newKeySet();
        spanning().run(group -> {
            for (int i = 0; i < LOOPS; i++) {
                group.spawn(() -> {
                    seen.add(local.get());
                    local.set("changed");
                    AnyIO.checkpoint();
                });
            }
        });
        assertEquals(Set.of("carried"), seen);
        assertEquals("carried", local.get());
    }

    @AnyioTest @Proves("LP-14")
    void theTasksFormOneTree() throws IOException {
        long me = AnyIO.getCurrentTask().id();
        Set<Long> tops = ConcurrentHashMap.newKeySet();
        spanning().run(group -> {
            for (TaskHandle<Void> child : oneOnEach(group)) {
                Task<?> task = (Task<?>) child;
                long top = task.hostId().orElseThrow();
                if (top != me) {
                    // the host on the other loop, whose parent is the keeper here
                    long keeper = LoopTeam.of(ContextTask.current("test").run).branches().stream()
                            .filter(branch -> branch.run().loop == task.loop).findFirst().orElseThrow().hostId()
                            .orElseThrow();
                    top = AnyIO.getRunningTasks().stream().filter(info -> info.id() == keeper).findFirst().orElseThrow()
                            .parentId().orElseThrow();
                }
                tops.add(top);
            }
            group.cancel();
        });
        assertEquals(Set.of(me), tops);
    }

    @AnyioTest @Proves("LP-15")
    void locksLimitersAndStreamsAreShared() throws IOException {
        Lock lock = AnyIO.createLock();
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(2);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int[] counted = {0};
        MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(1);
        int[] sum = {0};
        spanning().run(group -> {
            TaskHandle<Void> receiver = group.spawn("receiver", () -> {
                for (int i = 0; i < 60; i++) {
                    sum[0] += stream.receiver().receive();
                }
            });
            for (int i = 0; i < 6; i++) {
                group.spawn("sender", () -> {
                    for (int k = 0; k < 10; k++) {
                        lock.acquire();
                        try {
                            int before = counted[0];
                            AnyIO.checkpoint();
                            counted[0] = before + 1;
                        } finally {
                            lock.release();
                        }
                        try (Held _ = limiter.hold()) {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            AnyIO.sleep(Duration.ofMillis(1));
                            inside.decrementAndGet();
                        }
                        stream.sender().send(1);
                    }
                });
            }
            receiver.awaitEnd();
        });
        stream.sender().close();
        stream.receiver().close();
        assertEquals(60, counted[0]);
        assertEquals(60, sum[0]);
        assertEquals(2, most.get());
        assertEquals(0, limiter.borrowedTokens());
    }

    // ---- the loops

    @AnyioTest @Proves("LP-16")
    void theLoopsAreKeptForTheNextGroup() throws IOException {
        Set<Loop> first = ConcurrentHashMap.newKeySet();
        Set<Loop> second = ConcurrentHashMap.newKeySet();
        for (Set<Loop> loops : List.of(first, second)) {
            spanning().run(group -> {
                for (int i = 0; i < LOOPS; i++) {
                    group.spawn(() -> {
                        loops.add(loop());
                        AnyIO.sleep(Duration.ofMillis(1));
                    });
                }
            });
        }
        assertEquals(LOOPS, first.size());
        assertEquals(first, second);
    }
}
