package io.anyio.impl.owner;

import io.anyio.api.spi.error.Report;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import io.anyio.impl.team.LoopBranch;
import io.anyio.impl.team.LoopTeam;
import io.anyio.impl.thread.Awaiting;
import io.anyio.impl.thread.Stragglers;
import io.anyio.impl.thread.TimedWait;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The stop of one owner, or of all owners of a holder that stops, within one grace:
 *
 * <ol>
 * <li>new work is refused, and from now on, errors of the tasks are not failures;
 * <li>listeners are closed;
 * <li>the tasks are asked to finish; if any of them calls {@code finishRequested}, they have a quarter of the grace;
 * <li>they are cancelled; their streams stay open until half of the grace has passed, so that a good-bye that is sent
 * in a shield arrives;
 * <li>the streams are closed; those of a single owner a little later if other owners of the holder have tasks, which
 * may use them and are mostly stopped next;
 * <li>tasks that have not ended with the grace are interrupted and logged;
 * <li>the last owner's loop ends.</li>
 * </ol>
 *
 * <p>Each step ends as soon as the tasks have ended. Tasks see a cancellation and never a closed stream, unless a
 * shield keeps them longer than half of the grace. {@code StopTest} proves it.
 */
final class Stop implements HolderOwner.Ending, Runnable {
    private static final Report LOG = new Report("io.anyio");

    static final Duration USUAL_GRACE = Duration.ofSeconds(2);

    /** Parts of the grace: to finish without being cancelled, and to use streams. */
    private static final int FINISH_PART = 4;

    private static final int STREAM_PART = 2;

    /** How long to wait for a call of {@code finishRequested}, each time. */
    private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final int LOOKS = 3;

    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long KEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final SharedLoop shared;
    private final List<HolderOwner> owners;
    private final boolean ofHolder;
    private final String reason;
    private final Consumer<Stop> observer;
    private final boolean ofTask = Stragglers.currentCaller() != null;
    private final long askerId = Thread.currentThread().threadId();
    private final String askerName = Thread.currentThread().getName();
    private final Instant when = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final long begin = System.nanoTime();
    private final long grace;
    private volatile long end;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    /**
     * Begins a stop, which is to be performed.
     *
     * <p>Declarative Services release the services of a component or bundle one by one, on one thread. So a stop that
     * the thread of the former stop requests soon after that has the rest of the former grace, and not one of its own.
     */
    Stop(SharedLoop shared, List<HolderOwner> owners, boolean ofHolder, String reason, @Nullable Stop former,
            Consumer<Stop> observer) {
        this.shared = shared;
        this.owners = owners;
        this.ofHolder = ofHolder;
        this.reason = reason;
        this.observer = observer;
        long full = shared.graceNanos();
        this.grace = former == null ? full : former.leaves(full, begin);
    }

    /** How much of the full grace a stop has if the current thread requests it now. */
    private long leaves(long full, long now) {
        boolean goesOn = askerId == Thread.currentThread().threadId()
                && (finished.getCount() > 0 || now - end < KEEP_NANOS);
        return goesOn ? Math.min(full, Math.max(deadline() - now, MOMENT_NANOS)) : full;
    }

    @Override
    public long deadline() {
        return begin + grace;
    }

    @Override
    public String tell(String service) {
        return "The service " + service + " of " + shared.holder().name() + " ended "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms ago (" + when + ", by the thread '"
                + askerName
                + "'): " + reason;
    }

    @Override
    public String reasonFor(String service) {
        return "the service " + service + " of " + shared.holder().name() + " ends: " + reason;
    }

    /**
     * Performs the stop on the thread that began it. If that is a task, it is performed on a thread of its own instead.
     */
    void perform() {
        if (!ofTask) {
            run();
            return;
        }
        start();
        await();
    }

    /** Performs the stop on a thread of its own, unless there is nothing to stop. Never throws. */
    void start() {
        // other threads wait for the stop, so it is performed here
        if (owners.isEmpty() || !shared.startThread(this, "it runs on the thread that asked for it")) {
            run();
        }
    }

    @Override
    public void await() {
        Task<?> caller = Stragglers.currentCaller();
        Task<?> task = Task.currentOrNull();
        if (caller != null && stops(caller)) {
            return;
        }
        if (task != null) {
            // even if the task is cancelled: its next checkpoint throws
            var _ = Awaiting.until(done, task.loop, "stop of " + shared.holder().name(), () -> {});
        } else {
            TimedWait.patiently(Long.MAX_VALUE, finished);
        }
    }

    /** Whether a task would wait for its own end. All tasks in portals of the holder count as such. */
    private boolean stops(Task<?> caller) {
        Run run = shared.runIfOpen();
        return run != null && run.team.has(caller.loop)
                ? owners.stream().anyMatch(owner -> owner.isAbove(caller))
                : caller.loop.holder.id() == shared.holder().id();
    }

    // ---- the steps, on an ordinary thread

    /** {@inheritDoc} It always comes to its end, for which others wait, even if there is no memory to log a failure. */
    @Override
    public void run() {
        try {
            steps();
        } catch (Throwable e) {
            for (int i = 0; i < owners.size(); i++) {
                owners.get(i).abandon();
            }
            tell(e, " failed: what it has left is cancelled and closed");
        }
        try {
            finishLoop();
        } catch (Throwable e) {
            tell(e, " failed: its loop goes on");
        }
        try {
            observer.accept(this);
        } catch (Throwable e) {
            tell(e, " failed at its end");
        }
        end = System.nanoTime();
        finished.countDown();
        done.complete(null);
    }

    private void tell(Throwable failure, String consequence) {
        try {
            LOG.log(System.Logger.Level.ERROR, failure, "The stop of ", shared.holder().name(), consequence);
        } catch (Throwable _) {
            // memory is short
        }
    }

    /** Lets the loop end with its last owner, once; returns whether it did. */
    private boolean finishLoop() {
        Run last = shared.remove(owners);
        if (last == null) {
            return false;
        }
        last.loop.finish();
        return true;
    }

    private void steps() {
        if (owners.isEmpty()) {
            return;
        }
        owners.forEach(HolderOwner::beginStop);
        owners.forEach(HolderOwner::refuse);
        boolean hadTasks = owners.stream().anyMatch(HolderOwner::hasTasks);
        Run run = shared.runIfOpen();
        owners.forEach(HolderOwner::stopAccepting);
        owners.forEach(HolderOwner::requestFinish);
        awaitFinish(run, begin + grace / FINISH_PART);
        owners.forEach(HolderOwner::cancel);
        awaitTasks(begin + grace / STREAM_PART);
        closeStreams(hadTasks);
        Map<Run, Stragglers> stragglers = run == null ? new LinkedHashMap<>() : stragglersOf(run);
        boolean ended = awaitTasks(deadline());
        owners.forEach(HolderOwner::closeStoppables);
        if (run == null) {
            return;
        }
        if (!ended) {
            Stragglers.end(searches(run, stragglers, nanos -> awaitTasks(System.nanoTime() + nanos)));
        }
        stragglers.keySet().forEach(this::awaitFlush);
        if (finishLoop()) {
            // with tasks that go on, the loop does too
            boolean ends = ended || owners.stream().noneMatch(HolderOwner::hasTasks);
            if (ends && !TimedWait.patiently(restOrMoment(), run::awaitEnd) && ended) {
                Stragglers.end(wholeSearches(stragglers, nanos -> TimedWait.patiently(nanos, run::awaitEnd)));
            }
            stragglers.values().forEach(each -> each.endAbandoned(deadline()));
        }
    }

    private Map<Run, Stragglers> stragglersOf(Run run) {
        Map<Run, Stragglers> all = new LinkedHashMap<>();
        LoopTeam.of(run).runs().forEach(each -> stragglersOn(each, all));
        return all;
    }

    private Stragglers stragglersOn(Run run, Map<Run, Stragglers> all) {
        return all.computeIfAbsent(run, each -> new Stragglers(each, shared.holder().name()));
    }

    private static List<Stragglers.Search> wholeSearches(Map<Run, Stragglers> stragglers, LongPredicate ended) {
        List<Stragglers.Search> searches = new ArrayList<>();
        stragglers.forEach((run, its) -> searches.add(its.search(() -> run.root, ended)));
        return searches;
    }

    /** The searches for what has not ended: of the whole holder, or of the one owner that ends. */
    private List<Stragglers.Search> searches(Run run, Map<Run, Stragglers> stragglers, LongPredicate ended) {
        if (ofHolder) {
            return wholeSearches(stragglers, ended);
        }
        List<Stragglers.Search> searches = new ArrayList<>();
        HolderOwner owner = owners.getFirst();
        searches.add(stragglersOn(run, stragglers).search(owner::scopeOrNull, ended));
        Scope scope = owner.scopeOrNull();
        LoopTeam team = LoopTeam.of(run);
        for (LoopBranch<?> branch : team.branches()) {
            if (scope != null && team.isWithin(branch.homeScope(), scope)) {
                searches.add(stragglersOn(branch.run(), stragglers).search(branch::scopeOrNull, ended));
            }
        }
        return searches;
    }

    /**
     * A component releases its services one by one. The tasks of the next one may still use the streams of this one,
     * and are to be cancelled before their streams are closed.
     */
    private void closeStreams(boolean hadTasks) {
        List<AutoCloseable> streams = owners.stream().flatMap(owner -> owner.takeStreams().stream()).toList();
        if (!ofHolder && !hadTasks && shared.othersHaveTasks()) {
            shared.keepForOthers(streams, Math.min(KEEP_NANOS, grace / STREAM_PART));
        } else {
            streams.forEach(HolderOwner::closeQuietly);
            shared.closeKept();
        }
    }

    /**
     * Waits for a quarter of the grace if any task has called {@code finishRequested}, which shows that it finishes on
     * request. The first such call may need a turn of its loop, which it may not have had yet on a busy machine: so
     * this checks three times, with a turn of each loop in between.
     */
    private void awaitFinish(@Nullable Run run, long until) {
        for (int look = 0; look < LOOKS; look++) {
            if (awaitTasks(Math.min(until, System.nanoTime() + ASK_NANOS))) {
                return;
            }
            if (run != null && run.root.finishIsWatched()) {
                awaitTasks(until);
                return;
            }
            if (run != null) {
                List<Run> loops = LoopTeam.of(run).runs();
                CountDownLatch turns = new CountDownLatch(loops.size());
                loops.forEach(each -> each.loop.post(turns::countDown));
                TimedWait.patiently(until - System.nanoTime(), turns);
            }
        }
    }

    private boolean awaitTasks(long until) {
        boolean ended = true;
        for (HolderOwner owner : owners) {
            ended &= TimedWait.patiently(until - System.nanoTime(), owner::awaitTasks);
        }
        return ended;
    }

    /** Waits until the loop has freed the descriptors of the channels that this thread closed. */
    private void awaitFlush(Run run) {
        CountDownLatch flushed = new CountDownLatch(1);
        run.loop.flushClosed(flushed::countDown);
        TimedWait.patiently(restOrMoment(), flushed);
    }

    /** The rest of the grace, but at least a moment, for steps that take only a moment. */
    private long restOrMoment() {
        return Math.max(deadline() - System.nanoTime(), MOMENT_NANOS);
    }
}
