package io.anyio.impl.loop;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.jfr.Recorder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Logs which task keeps its loop to itself for too long, once for each time.
 *
 * <p>A loop counts its turns anyway, so the watchdog costs it nothing. A loop is stalled if it is busy and has had no
 * turn since the last look. One thread watches all loops of a runtime, as long as there are any.
 */
final class Watchdog {
    private static final Report LOG = new Report(Watchdog.class.getName());

    /** How often to look within the time that a task may keep its loop. */
    private static final int LOOKS = 4;

    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Guarded by this. */
    private final Map<LoopView, Sample> watched = new HashMap<>();

    private @Nullable Thread thread;

    /** What was seen of a loop; confined to the watchdog's thread. */
    private static final class Sample {
        final long limit;
        long turns = -1;
        long since;
        boolean told;

        Sample(long limit) {
            this.limit = limit;
        }
    }

    /**
     * Watches a loop from now on.
     *
     * @param loop a loop that opens
     * @param limit how long a task may keep it, in nanoseconds; zero for no limit
     */
    synchronized void watch(LoopView loop, long limit) {
        watched.put(loop, new Sample(limit == 0 ? Long.MAX_VALUE : limit));
        if (thread == null) {
            Thread started = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("anyio-watchdog")
                    .unstarted(this::run);
            started.setContextClassLoader(Watchdog.class.getClassLoader());
            started.start();
            thread = started;
        }
        notifyAll();
    }

    synchronized void forget(LoopView loop) {
        watched.remove(loop);
        notifyAll();
    }

    private void run() {
        while (true) {
            try {
                Map<LoopView, Sample> all = awaitNextLook();
                if (all.isEmpty()) {
                    return;
                }
                all.forEach(Watchdog::look);
            } catch (InterruptedException _) {
                // an interrupt does not end this thread: it ends when there is no loop to watch
            } catch (Throwable _) {
                // memory is short: there may be more later
                LockSupport.parkNanos(SHORTEST_NANOS);
            }
        }
    }

    /** The loops to look at; none if the thread is to end. */
    private synchronized Map<LoopView, Sample> awaitNextLook() throws InterruptedException {
        long end = System.nanoTime();
        long now = end;
        while (!watched.isEmpty()) {
            long shortest = watched.values().stream().mapToLong(sample -> sample.limit).min().orElse(0);
            long left = Math.clamp(shortest / LOOKS, SHORTEST_NANOS, LONGEST_NANOS) - (now - end);
            if (left <= 0) {
                return Map.copyOf(watched);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
            now = System.nanoTime();
        }
        thread = null;
        return Map.of();
    }

    private static void look(LoopView loop, Sample sample) {
        try {
            lookUnguarded(loop, sample);
            loop.lookedAt();
        } catch (Throwable _) {
            // the log failed, or memory is short: this loop and the others are still watched
        }
    }

    private static void lookUnguarded(LoopView loop, Sample sample) {
        long turns = loop.turns;
        Busy busy = loop.busy();
        long now = System.nanoTime();
        if (busy == null || turns != sample.turns) {
            sample.turns = busy == null ? -1 : turns;
            sample.since = now;
            sample.told = false;
        } else if (!sample.told && now - sample.since >= sample.limit) {
            sample.told = true;
            loop.stalledIn(turns);
            tell(loop, busy, now - sample.since);
        }
    }

    private static void tell(LoopView loop, Busy busy, long nanos) {
        Recorder.loopStalls(busy.what(), loop.name, nanos);
        LOG.log(System.Logger.Level.WARNING, null, "The ", busy.what(), " of ", loop.holder.name(),
                " has kept its loop ", loop.name, " (", loop.backend(), ") busy for ",
                TimeUnit.NANOSECONDS.toMillis(nanos),
                " ms, in which no other task of it could run: do what blocks or computes for long in "
                        + "AnyIO.runInWorkerThread. It is ",
                busy.thread().getState(), " at", StackText.of(busy.thread()));
    }
}
