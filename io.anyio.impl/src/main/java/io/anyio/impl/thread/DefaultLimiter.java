package io.anyio.impl.thread;

import io.anyio.api.debug.LimiterDTO;
import io.anyio.api.spi.error.Report;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterStatistics;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.impl.run.Run;
import io.anyio.impl.task.Task;
import io.anyio.impl.time.Timer;
import java.time.Duration;
import java.util.function.Supplier;

/** The limiter of the worker calls of a run that name none. Logs once if a task waits long for it. */
final class DefaultLimiter {
    private static final Report LOG = new Report("io.anyio");
    private static final int TOKENS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    final CapacityLimiter limiter;
    private final Duration patience;
    private boolean warned;

    DefaultLimiter(Run run, Duration patience) {
        this.limiter = run.runtime.require(Synchronization.class).createCapacityLimiter(TOKENS,
                options -> options.name("default worker threads"));
        this.patience = patience;
    }

    static DefaultLimiter of(Run run) {
        return run.attachment(DefaultLimiter.class, new Maker(run));
    }

    /** Not a lambda: see {@code LazyLinksTest}. */
    private record Maker(Run run) implements Supplier<DefaultLimiter> {
        @Override
        public DefaultLimiter get() {
            return new DefaultLimiter(run, PATIENCE);
        }
    }

    /** The figures of a run's own, which may not have been made yet. From any thread. */
    static LimiterDTO figuresOf(Run run) {
        DefaultLimiter made = run.attachmentOrNull(DefaultLimiter.class);
        if (made == null) {
            return new LimiterDTO(TOKENS, 0, 0);
        }
        CapacityLimiterStatistics counts = made.limiter.statistics();
        return new LimiterDTO(counts.totalTokens(), counts.borrowedTokens(), counts.tasksWaiting());
    }

    /** Waits for a token. A checkpoint. */
    void acquire(Task<?> task, Object borrower) {
        task.checkpoint();
        try {
            limiter.acquireOnBehalfOfNowait(borrower);
            return;
        } catch (WouldBlockException e) {
            // wait, and log if it takes long
        }
        Patience timer = new Patience(task);
        task.loop.schedule(timer, task.loop.clock.nanoTime() + patience.toNanos());
        try {
            limiter.acquireOnBehalfOf(borrower);
        } finally {
            timer.over = true;
            task.loop.unschedule(timer);
        }
    }

    private final class Patience extends Timer {
        private final Task<?> task;
        private boolean over;

        Patience(Task<?> task) {
            this.task = task;
        }

        @Override
        public void fire() {
            if (over || warned) {
                return;
            }
            warned = true;
            CapacityLimiterStatistics counts = limiter.statistics();
            LOG.log(System.Logger.Level.WARNING, null, "The task '", task.name(), "' has waited ", patience,
                    " for a worker thread: all ", counts.totalTokens(), " tokens of the default limiter of the loop ",
                    task.loop.name, " are borrowed and ", counts.tasksWaiting(),
                    " tasks wait. Raise totalTokens of AnyIO.currentDefaultWorkerThreadLimiter(), or give long calls"
                            + " a limiter of their own. This is said once for each loop");
        }
    }
}
