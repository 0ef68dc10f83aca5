package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** What is called by {@link AnyIO}, and tasks, groups and scopes. */
final class TaskRows {
    private static final Duration LONG = Duration.ofHours(1);

    private TaskRows() {}

    static void add(Rows rows) {
        facade(rows.kind("AnyIO", AnyIO.class));
        together(rows.kind("AnyIO", AnyIO.class));
        scopes(rows.kind("AnyIO", AnyIO.class));
        workers(rows.kind("AnyIO", AnyIO.class));
        group(rows.kind("task group", TaskGroup.class));
        handle(rows.kind("task handle", TaskHandle.class));
        scope(rows.kind("cancel scope", CancelScope.class));
    }

    private static void facade(Rows.Kind kind) {
        kind.row("sleep(Duration)",
                _ -> Subject.of(() -> AnyIO.sleep(Duration.ZERO)).waitingCall(() -> AnyIO.sleep(LONG)).waitsFor());
        kind.row("sleepUntil(Deadline)",
                _ -> Subject.of(() -> AnyIO.sleepUntil(Deadline.PAST))
                        .waitingCall(() -> AnyIO.sleepUntil(Deadline.NEVER)).waitsFor());
        kind.row("sleepForever()", _ -> Subject.of(AnyIO::sleepForever).waitsForEver());
        kind.row("checkpoint()", _ -> Subject.of(AnyIO::checkpoint));
        kind.row("checkpointIfCancelled()", _ -> Subject.of(AnyIO::checkpointIfCancelled));
        kind.row("cancelShieldedCheckpoint()", _ -> Subject.of(AnyIO::cancelShieldedCheckpoint).noCheckpoint());
        kind.row("waitAllTasksBlocked()", _ -> Subject.of(AnyIO::waitAllTasksBlocked));
        kind.row("interruptibly(Body)", _ -> Subject.of(() -> AnyIO.interruptibly(() -> 1)));
        kind.row("await(CompletionStage)", _ -> {
            CompletableFuture<String> future = new CompletableFuture<>();
            return Subject.of(() -> AnyIO.await(future.copy())).ready(() -> future.complete("value"))
                    .waits(() -> future.complete("value"));
        });
        kind.row("closeForcefully(AsyncResource)", stage -> {
            MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1);
            return Subject.of(() -> AnyIO.closeForcefully(stream)).noCheckpoint();
        });
    }

    /** Runs a list of bodies in one way. */
    private interface Together {
        void run(List<Body<Integer, Exception>> bodies) throws Exception;
    }

    private static void together(Rows.Kind kind) {
        together(kind, "gather(List)", bodies -> AnyIO.gather(bodies));
        together(kind, "gather(Body[])", bodies -> AnyIO.gather(bodies.getFirst(), bodies.getLast()));
        together(kind, "race(List)", bodies -> AnyIO.race(bodies));
        together(kind, "race(Body[])", bodies -> AnyIO.race(bodies.getFirst(), bodies.getLast()));
        together(kind, "map(Iterable, int, BodyWith)", bodies -> AnyIO.map(bodies, 2, Body::call));
        together(kind, "asCompleted(List, BlockWith)", bodies -> AnyIO.asCompleted(bodies, results -> {
            for (var _ : results) {
            }
        }));
    }

    private static void together(Rows.Kind kind, String operation, Together together) {
        kind.row(operation, _ -> {
            Event go = AnyIO.createEvent();
            Body<Integer, Exception> body = () -> {
                go.await();
                return 1;
            };
            return Subject.of(() -> together.run(List.of(body, body))).ready(go::set).waits(go::set);
        });
    }

    /** A scope throws no cancellation of its own, neither does it swallow one of others. */
    private static void scopes(Rows.Kind kind) {
        scope(kind, "moveOnAfter(Duration, Block)", () -> AnyIO.moveOnAfter(LONG, () -> {}));
        scope(kind, "moveOnAfter(Duration, BlockWith)", () -> AnyIO.moveOnAfter(LONG, (CancelScope _) -> {}));
        scope(kind, "moveOnAfter(Duration, Body, Object)", () -> AnyIO.moveOnAfter(LONG, () -> 1, 2));
        scope(kind, "moveOnAt(Deadline, Block)", () -> AnyIO.moveOnAt(Deadline.NEVER, () -> {}));
        scope(kind, "failAfter(Duration, Block)", () -> AnyIO.failAfter(LONG, () -> {}));
        scope(kind, "failAfter(Duration, BlockWith)", () -> AnyIO.failAfter(LONG, (CancelScope _) -> {}));
        scope(kind, "failAfter(Duration, Body)", () -> AnyIO.failAfter(LONG, () -> 1));
        scope(kind, "failAt(Deadline, Block)", () -> AnyIO.failAt(Deadline.NEVER, () -> {}));
    }

    private static void scope(Rows.Kind kind, String operation, Block<Exception> call) {
        kind.row(operation, _ -> Subject.of(call).noCheckpoint());
    }

    private static void workers(Rows.Kind kind) {
        kind.row("runInWorkerThread(Block)", _ -> Subject.of(() -> AnyIO.runInWorkerThread(() -> {})));
        kind.row("runInWorkerThread(Body)", _ -> Subject.of(() -> AnyIO.runInWorkerThread(() -> 1)));
        for (boolean block : new boolean[]{true, false}) {
            kind.row(block ? "runInWorkerThread(Block, UnaryOperator)" : "runInWorkerThread(Body, UnaryOperator)",
                    _ -> {
                        CountDownLatch go = new CountDownLatch(1);
                        return Subject.of(() -> {
                            if (block) {
                                AnyIO.runInWorkerThread(() -> {
                                    go.await();
                                }, o -> o.cancellable(true));
                            } else {
                                AnyIO.runInWorkerThread(() -> {
                                    go.await();
                                    return 1;
                                }, o -> o.cancellable(true));
                            }
                        }).ready(go::countDown).waits(go::countDown);
                    });
        }
        kind.row("runFromThread(Block)",
                _ -> Subject.of(() -> AnyIO.runInWorkerThread(() -> AnyIO.runFromThread(() -> {}))));
        kind.row("runFromThread(Body)",
                _ -> Subject.of(() -> AnyIO.runInWorkerThread(() -> AnyIO.runFromThread(() -> 1))));
    }

    private static void group(Rows.Kind kind) {
        kind.row("start(String, BlockWith)", stage -> {
            Event go = AnyIO.createEvent();
            return Subject.of(() -> stage.group.start("starts", started -> {
                go.await();
                started.set(1);
            })).ready(go::set).waits(go::set).elsewhere(IllegalStateException.class);
        });
        kind.row("spawn(Block)", stage -> Subject.of(() -> stage.group.spawn(() -> {})).noCheckpoint().anywhere());
        kind.row("spawn(Body)", stage -> Subject.of(() -> stage.group.spawn(() -> 1)).noCheckpoint().anywhere());
        kind.row("spawn(String, Block)",
                stage -> Subject.of(() -> stage.group.spawn("a", () -> {})).noCheckpoint().anywhere());
        kind.row("spawn(String, Body)",
                stage -> Subject.of(() -> stage.group.spawn("a", () -> 1)).noCheckpoint().anywhere());
        kind.row("cancel()", _ -> Subject.of(() -> AnyIO.createTaskGroup().run(TaskGroup::cancel)).noCheckpoint());
        kind.row("run(BlockWith)", _ -> Subject.of(() -> AnyIO.createTaskGroup().run(_ -> {})).noCheckpoint());
        kind.row("call(BodyWith)", _ -> Subject.of(() -> AnyIO.createTaskGroup().call(_ -> 1)).noCheckpoint());
    }

    private static void handle(Rows.Kind kind) {
        for (String operation : new String[]{"await()", "awaitEnd()"}) {
            kind.row(operation, stage -> {
                Event go = AnyIO.createEvent();
                TaskHandle<?> handle = stage.group.spawn("awaited", go::await);
                return Subject.of(() -> {
                    if (operation.equals("await()"))
                        handle.await();
                    else
                        handle.awaitEnd();
                }).ready(() -> {
                    go.set();
                    handle.awaitEnd();
                }).waits(go::set);
            });
        }
        kind.row("cancel()",
                stage -> Subject.of(stage.group.spawn(AnyIO::sleepForever)::cancel).noCheckpoint().anywhere());
        kind.row("cancel(String)", stage -> {
            TaskHandle<?> handle = stage.group.spawn(AnyIO::sleepForever);
            return Subject.of(() -> handle.cancel("why")).noCheckpoint().anywhere();
        });
        kind.row("result()", stage -> {
            TaskHandle<?> handle = stage.group.spawn("ended", () -> 1);
            return Subject.of(handle::result).ready(handle::awaitEnd).noCheckpoint().anywhere();
        });
    }

    private static void scope(Rows.Kind kind) {
        kind.row("run(Block)", _ -> Subject.of(() -> AnyIO.openCancelScope().run(() -> {})).noCheckpoint());
        kind.row("call(Body, Object)", _ -> Subject.of(() -> AnyIO.openCancelScope().call(() -> 1, 2)).noCheckpoint());
        kind.row("cancel()", _ -> Subject.of(AnyIO.openCancelScope()::cancel).noCheckpoint().anywhere());
        kind.row("cancel(String)", _ -> {
            CancelScope scope = AnyIO.openCancelScope();
            return Subject.of(() -> scope.cancel("why")).noCheckpoint().anywhere();
        });
        kind.row("cancel(Duration)", _ -> {
            CancelScope scope = AnyIO.openCancelScope();
            return Subject.of(() -> scope.cancel(LONG)).noCheckpoint().anywhere();
        });
    }
}
