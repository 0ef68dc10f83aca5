package io.anyio.impl.error;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.task.Task;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What an exception's own code does with us, as code that loads its text may. */
public enum Callback {
    CHECKPOINT(true, () -> {
        AnyIO.checkpoint();
        AnyIO.sleep(Duration.ZERO);
    }),
    SLEEP(true, Callback::briefly),
    SHIELDED(true, () -> AnyIO.openCancelScope(o -> o.shield(true)).run(Callback::briefly)),
    TIMES_OUT(true, () -> AnyIO.moveOnAfter(Duration.ofNanos(1000), AnyIO::sleepForever)),
    GROUP(true, () -> AnyIO.createTaskGroup().run(group -> {
        group.spawn("in a getter", Callback::briefly);
        AnyIO.checkpoint();
    })),
    FAILING_GROUP(true, () -> AnyIO.createTaskGroup().run(group -> {
        group.spawn("fails in a getter", () -> {
            throw new IllegalStateException("in a getter");
        });
        AnyIO.sleepForever();
    })),
    WORKER(true, () -> AnyIO.runInWorkerThread(() -> AnyIO.runFromThread(AnyIO::checkpoint))),
    PORTAL(true, () -> {
        try (var portal = AnyIO.startBlockingPortal()) {
            portal.call(AnyIO::checkpoint);
        }
    }),
    RUN(true, () -> AnyIO.run(AnyIO::checkpoint)),
    KEEPS_A_LOCK(true, () -> AnyIO.createLock().acquire()),
    STRAY(true, () -> {
        throw new CancelledError(null, "in a getter");
    }),
    AWAITS_ITSELF(true, () -> Task.current("in a getter").awaitEnd()),
    CANCELS_ITS_TASK(false, () -> Task.current("in a getter").cancel()),
    CANCELS_ITS_SCOPE(false, () -> Task.current("in a getter").scope().cancel("in a getter")),
    CANCELS_THE_GROUP(false, () -> group().cancel()),
    CANCELS_THE_GROUP_AND_WAITS(false, () -> {
        group().cancel();
        AnyIO.sleepForever();
    }),
    FAILS_THE_GROUP(false, () -> {
        group().spawn("fails", () -> {
            throw new IllegalStateException("in a getter");
        });
        AnyIO.openCancelScope(o -> o.shield(true)).run(Callback::briefly);
    }),
    SPAWNS(true, () -> group().spawn("in a getter", AnyIO::sleepForever)),
    STARTS(false, () -> group().start("in a getter", started -> {
        started.set(1);
        AnyIO.sleepForever();
    })),
    RAISES_THE_SHIELD(true, () -> {
        group().cancelScope().shield(true);
        AnyIO.checkpoint();
    });

    private static @Nullable TaskGroup<?> entered;

    private final boolean harmless;
    private final Block<?> what;

    Callback(boolean harmless, Block<?> what) {
        this.harmless = harmless;
        this.what = what;
    }

    /** An exception whose own code makes this call. */
    public CallsBack error() {
        return new CallsBack(what);
    }

    /** Whether the error leaves as if its code did nothing. */
    public boolean harmless() {
        return harmless;
    }

    /** Tells which group it may use from now on. */
    public static void enter(@Nullable TaskGroup<?> group) {
        entered = group;
    }

    private static void briefly() {
        AnyIO.sleep(Duration.ofNanos(1000));
    }

    private static TaskGroup<?> group() {
        TaskGroup<?> group = entered;
        if (group == null) {
            throw new IllegalStateException("no group is there");
        }
        return group;
    }
}
