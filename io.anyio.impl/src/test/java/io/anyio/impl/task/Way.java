package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.fail;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.impl.error.Callback;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A place that an error passes on its way to the waiting caller. */
enum Way {
    CHILD(error -> AnyIO.createTaskGroup(IOException.class).run(group -> {
        siblings(group);
        group.spawn("fails", () -> rethrow(error));
    })), HOST(error -> AnyIO.createTaskGroup(IOException.class).run(group -> {
        siblings(group);
        rethrow(error);
    })), HOST_WAITS(error -> AnyIO.createTaskGroup(IOException.class).run(group -> {
        siblings(group);
        group.spawn("fails", () -> rethrow(error));
        AnyIO.sleepForever();
    })), HOST_AWAITS_CHILD(error -> AnyIO.createTaskGroup(IOException.class).run(group -> {
        siblings(group);
        TaskHandle<?> fails = group.spawn("fails", () -> rethrow(error));
        group.spawn("asks too", () -> fails.await());
        fails.await();
    })), NESTED(error -> AnyIO.createTaskGroup(IOException.class).run(outer -> {
        siblings(outer);
        outer.spawn("inner", () -> AnyIO.createTaskGroup(IOException.class).run(group -> {
            siblings(group);
            group.spawn("fails", () -> rethrow(error));
        }));
    })),
    SPANNING(error -> spanning(0, group -> group.spawn("fails", () -> rethrow(error)))),
    SPANNING_ELSEWHERE(error -> spanning(1, group -> group.spawn("fails", () -> rethrow(error)))),
    SPANNING_AWAITS(error -> spanning(1, group -> {
        TaskHandle<?> fails = group.spawn("fails", () -> rethrow(error));
        group.spawn("asks too", () -> fails.await());
        fails.await();
    })),
    SPANNING_HOST(error -> spanning(0, _ -> rethrow(error))),
    SCOPE(error -> AnyIO.openCancelScope().run(() -> rethrow(error))),
    FAIL_AFTER(error -> AnyIO.failAfter(Duration.ofHours(1), () -> rethrow(error))),
    GATHER(error -> AnyIO.gather(() -> forever(), wrapping(), () -> rethrow(error))),
    MAP(error -> AnyIO.<Integer, Object, Exception>map(List.of(1, 2, 3), 3,
            item -> item == 1 ? forever() : item == 2 ? wrapping().call() : rethrow(error))),
    AS_COMPLETED(error -> AnyIO.<Object, Exception, Exception>asCompleted(
            List.of(() -> forever(), wrapping(), () -> rethrow(error)),
            all -> all.forEach(one -> fail("nobody completes")))),
    RACE(error -> AnyIO.<Object, Exception>race(List.of(() -> rethrow(error)))),
    START(error -> AnyIO.createTaskGroup()
            .run(group -> group.start("starts", _ -> rethrow(error)))),
    STARTED(error -> AnyIO.createTaskGroup(IOException.class)
            .run(group -> {
                siblings(group);
                group.<Integer, Exception>start("starts", started -> {
                    started.set(1);
                    AnyIO.checkpoint();
                    rethrow(error);
                });
                AnyIO.sleepForever();
            })),
    SERVE(error -> new MultiListener<>(List.of(new Served(0), new Served(1)))
            .serve(_ -> rethrow(error))),
    SERVE_ON_LOOPS(error -> new MultiListener<>(List.of(new Served(0), new Served(1)))
            .serve(_ -> rethrow(error), options -> options.loops(2))),
    INTERRUPTIBLY(error -> AnyIO.interruptibly(() -> rethrow(error))),
    WORKER(error -> AnyIO.runInWorkerThread(() -> rethrow(error))),
    ABANDONABLE_WORKER(error -> AnyIO.runInWorkerThread(() -> rethrow(error), options -> options
            .cancellable(true)
            .interruptOnCancel(true))),
    FROM_WORKER(error -> AnyIO.runInWorkerThread(() -> AnyIO.runFromThread(() -> rethrow(error)))),
    PORTAL(error -> viaPortal(error, portal -> portal.call(() -> rethrow(error)))),
    PORTAL_FUTURE(error -> viaPortal(error, portal -> {
        CompletableFuture<Object> future = portal.spawn(() -> rethrow(error));
        rethrow(future.handle((_, thrown) -> thrown)
                .get());
    })),
    PORTAL_START(error -> viaPortal(error, portal -> portal.start("starts", _ -> rethrow(error)))),
    PORTAL_WRAP(error -> viaPortal(error, portal -> portal.wrap(_ -> rethrow(error))
            .run(_ -> fail("never inside")))),
    OTHER_LOOP(error -> {
        try (var portal = AnyIO.startBlockingPortal()) {
            portal.call(() -> rethrow(error));
        }
    });

    private final Thrower thrower;

    Way(Thrower thrower) {
        this.thrower = thrower;
    }

    /** What arrives when an error is sent on this way, or null. */
    @Nullable
    Throwable send(Throwable error) {
        return Thrown.caughtOrNull(() -> thrower.send(error));
    }

    private interface Thrower {
        void send(Throwable error) throws Throwable;
    }

    /** A group on two loops; how many siblings there are decides on which loop the next child runs. */
    private static void spanning(int more, BlockWith<TaskGroup<IOException>, Exception> block) throws Exception {
        AnyIO.createTaskGroup(IOException.class, options -> options.loops(2)).run(group -> {
            siblings(group);
            for (int i = 0; i < more; i++) {
                group.spawn("sleeps", AnyIO::sleepForever);
            }
            block.run(group);
            AnyIO.sleepForever();
        });
    }

    static Object rethrow(Throwable error) throws Exception {
        throw Sneaky.<Exception>asThrown(error);
    }

    static Object forever() {
        AnyIO.sleepForever();
        return "";
    }

    /** Makes something else of its cancellation, as code does that wraps whatever it catches. */
    static Body<Object, Exception> wrapping() {
        return () -> {
            try {
                return forever();
            } catch (Throwable e) {
                throw new UndeclaredThrowableException(new ExecutionException(e));
            }
        };
    }

    static void siblings(TaskGroup<?> group) {
        Callback.enter(group);
        group.spawn("sleeps", AnyIO::sleepForever);
        group.spawn("wraps", wrapping());
        group.spawn("has been told", () -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                throw new ExceptionGroup(List.of(e, new RuntimeException(e), new ExceptionGroup(List.of(e))));
            }
        });
    }

    /** A listener that handles its connections in the group. */
    private record Served(int connections) implements Listener<AsyncResource> {
        @Override
        public void serve(BlockWith<? super AsyncResource, ?> handler, TaskGroup<?> group) {
            AsyncResource connection = () -> {};
            for (int i = 0; i < connections; i++) {
                group.spawn("handler", () -> handler.run(connection));
            }
            AnyIO.sleepForever();
        }

        @Override
        public void close() {}
    }

    private static void viaPortal(Throwable error, BlockWith<BlockingPortal, Exception> call) throws Throwable {
        Throwable[] seen = {null};
        Throwable left = Thrown.caughtOrNull(() -> AnyIO.createBlockingPortal().run(portal -> {
            AnyIO.runInWorkerThread(() -> {
                portal.spawn("sibling", AnyIO::sleepForever);
                seen[0] = Thrown.caught(() -> call.run(portal));
                portal.stop(true);
            });
        }));
        // an error ends its portal too
        assertSame(error instanceof Error ? error : null, left);
        throw seen[0];
    }
}
