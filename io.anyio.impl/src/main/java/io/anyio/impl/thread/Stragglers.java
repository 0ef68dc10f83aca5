package io.anyio.impl.thread;

import io.anyio.api.spi.ThreadContext;
import io.anyio.api.spi.error.Report;
import io.anyio.impl.loop.Busy;
import io.anyio.impl.loop.StackText;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last resort at the end of a grace. A task that is in foreign code is interrupted once and logged, wherever it is
 * in the tree of scopes. A task that waits in the library is logged with what it waits for.
 *
 * <p>The tree is read in the loop. If the loop does not answer, its running task keeps it busy, and that task can be
 * seen from outside. Once it has ended, other tasks may turn out to be in foreign code, so the search is repeated for a
 * moment. The moment is shorter if all tasks wait in the library and none was interrupted. {@code StopStragglersTest}
 * has the table of where a task may be.
 */
public final class Stragglers {
    private static final Report LOG = new Report("io.anyio");
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long GLANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Run run;
    private final String holder;

    /** The thread that keeps the loop busy, and since which turn and time. */
    private @Nullable Thread busy;

    private long turns;
    private long busySince;

    /** The tasks, worker calls and threads that were interrupted or logged. */
    private final Set<Object> told = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * A task that has not ended: it waits for something in the library, is in foreign code, or is ready.
     */
    private record Unfinished(Task<?> task, @Nullable String waitsFor, boolean foreign) {
        static Unfinished of(Task<?> task) {
            String waitsFor = task.waitingFor();
            return new Unfinished(task, waitsFor, waitsFor == null && task.isInForeignWait());
        }
    }

    /**
     * Prepares the search, and watches from now on whether the loop makes progress.
     *
     * @param run whose tasks are searched
     * @param holder the name of what is stopped, for the log
     */
    public Stragglers(Run run, String holder) {
        this.run = run;
        this.holder = holder;
        standsStill();
    }

    /**
     * Interrupts and logs the tasks that did not end in time. On an ordinary thread.
     *
     * @param scope in which they are; null if there is none
     * @param ended waits some nanoseconds for the end of all of them, and returns whether it has come
     */
    public void end(Supplier<@Nullable Scope> scope, LongPredicate ended) {
        end(List.of(search(scope, ended)));
    }

    /**
     * The search for the tasks that did not end in time, which is to begin.
     *
     * @param scope in which they are; null if there is none
     * @param ended waits some nanoseconds for the end of all of them, and returns whether it has come
     * @return for {@link #end(List)}
     */
    public Search search(Supplier<@Nullable Scope> scope, LongPredicate ended) {
        return new Search(scope, ended);
    }

    /**
     * Performs searches in several loops side by side, so that their times do not add up. On an ordinary thread.
     *
     * @param searches one for each loop
     */
    public static void end(List<Search> searches) {
        boolean goesOn;
        do {
            goesOn = false;
            for (Search search : searches) {
                goesOn |= search.goesOn();
            }
        } while (goesOn);
        searches.forEach(Search::findRest);
        Set<Long> hosts = new HashSet<>();
        searches.forEach(search -> search.addHosts(hosts));
        searches.forEach(search -> search.tellRest(hosts));
    }

    /** A search among the tasks of one scope. */
    public final class Search {
        private final Supplier<@Nullable Scope> scope;
        private final LongPredicate ended;
        private final long begin = System.nanoTime();
        private long news = begin;
        private boolean interrupts;
        private boolean over;
        private List<Unfinished> rest = List.of();

        private Search(Supplier<@Nullable Scope> scope, LongPredicate ended) {
            this.scope = scope;
            this.ended = ended;
        }

        private boolean goesOn() {
            if (over) {
                return false;
            }
            List<Unfinished> found = look(scope);
            for (Unfinished unfinished : found) {
                if ((unfinished.foreign || unfinished.waitsFor != null) && interrupt(unfinished)) {
                    interrupts = true;
                    news = System.nanoTime();
                }
            }
            boolean allWait = !interrupts && !found.isEmpty()
                    && found.stream().allMatch(unfinished -> unfinished.waitsFor != null);
            over = ended.test(GLANCE_NANOS) || System.nanoTime() - news >= (allWait ? STILL_NANOS : MOMENT_NANOS)
                    || System.nanoTime() - begin >= LIMIT_NANOS;
            return !over;
        }

        private void findRest() {
            rest = ended.test(0) ? List.of() : look(scope);
        }

        private void addHosts(Set<Long> hosts) {
            rest.forEach(unfinished -> unfinished.task.hostId().ifPresent(hosts::add));
        }

        /** The hosts are those of all searches: a group may have children on several loops. */
        private void tellRest(Set<Long> hosts) {
            rest.forEach(unfinished -> {
                // a task that is always ready continues although it is cancelled
                interrupt(unfinished);
                reportWait(unfinished, hosts);
            });
        }
    }

    private List<Unfinished> look(Supplier<@Nullable Scope> scope) {
        CompletableFuture<List<Unfinished>> answer = new CompletableFuture<>();
        run.loop.post(() -> answer.complete(inLoop(scope.get())));
        boolean interrupted = Thread.interrupted();
        try {
            return answer.get(LOOK_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return standsStill() ? fromOutside(scope.get()) : List.of();
        } catch (InterruptedException _) {
            interrupted = true;
            return List.of();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether the loop has run the same task for so long that a busy processor cannot be the only reason. */
    private boolean standsStill() {
        Busy now = run.loop.busy();
        Thread thread = now == null ? null : now.thread();
        long turn = run.loop.turns();
        if (turn != turns || thread != busy) {
            turns = turn;
            busy = thread;
            busySince = System.nanoTime();
        }
        return thread != null && thread.isVirtual() && System.nanoTime() - busySince > STILL_NANOS;
    }

    private static List<Unfinished> inLoop(@Nullable Scope scope) {
        List<Task<?>> tasks = scope == null ? List.of() : Run.tasksIn(scope);
        return tasks.stream().map(Unfinished::of).toList();
    }

    /** From outside, the state may be a little out of date, but a task that keeps the loop busy stays where it is. */
    private List<Unfinished> fromOutside(@Nullable Scope scope) {
        Busy busy = run.loop.busy();
        if (busy == null || scope == null) {
            return List.of();
        }
        if (run.loop.running() instanceof Task<?> task && task.thread() == busy.thread()
                && task.scope().isWithin(scope)) {
            return List.of(new Unfinished(task, task.waitingFor(), true));
        }
        if (told.add(busy.thread())) {
            warn("The tasks of " + holder + " cannot end: the loop " + run.loop.name + " is kept busy by the "
                    + busy.what() + " at" + StackText.of(busy.thread()));
        }
        return List.of();
    }

    /** Interrupts a task in foreign code, or the worker for which it waits; true if that was done now. */
    private boolean interrupt(Unfinished unfinished) {
        Task<?> task = unfinished.task;
        if (unfinished.waitsFor == null) {
            if (!told.add(task)) {
                return false;
            }
            Overdue.add(run, task);
            String stack = StackText.of(task.thread());
            task.thread().interrupt();
            warn(describe(task) + " and was interrupted once; its loop's thread stays until it ends. It is at" + stack);
            return true;
        }
        for (WorkerCall<?> call : WorkerCall.runningFor(run)) {
            if (call.isOf(task) && told.add(call)) {
                told.add(task);
                Overdue.add(run, task);
                String stack = call.stack();
                warn(describe(task) + ": it waits for a worker thread, which was " + interrupt(call)
                        + ". That one is at" + stack);
                return true;
            }
        }
        return false;
    }

    private static String interrupt(WorkerCall<?> call) {
        return call.interrupt() ? "interrupted once" : "not interrupted, because it works on a file";
    }

    /** Logs what a task waits for. A host ends with its children, so only the children are logged as a warning. */
    private void reportWait(Unfinished unfinished, Set<Long> hosts) {
        if (unfinished.waitsFor != null && told.add(unfinished.task)) {
            boolean isHost = hosts.contains(unfinished.task.id());
            if (!isHost) {
                Overdue.add(run, unfinished.task);
            }
            LOG.log(isHost ? System.Logger.Level.INFO : System.Logger.Level.WARNING, null,
                    describe(unfinished.task) + ": it waits for " + unfinished.waitsFor
                            + ", and its loop's thread stays until it ends");
        }
    }

    private String describe(Task<?> task) {
        return "The task '" + task.name() + "' of " + holder + ", started " + task.age().toMillis()
                + " ms ago, did not end within the grace of its stop";
    }

    /**
     * Waits for the functions in worker threads whose caller has left, and interrupts those that do not end in time. On
     * an ordinary thread.
     *
     * @param deadline until when to wait, in nanoseconds of {@link System#nanoTime}
     */
    public void endAbandoned(long deadline) {
        for (WorkerCall<?> call : WorkerCall.runningFor(run)) {
            if (call.isAbandoned() && !call.awaitEnd(deadline) && told.add(call)) {
                Overdue.add(run, call);
                String stack = call.stack();
                warn("A worker thread of " + holder + " did not end within the grace of its stop and was "
                        + interrupt(call) + ": " + call + ", which was abandoned, at" + stack);
            }
        }
    }

    /**
     * How many tasks and functions in worker threads of a run were reported and have not ended since. From any thread.
     *
     * @param run a run
     * @return their number; a task that waits for such a function counts as one with it
     */
    public static int countOf(Run run) {
        return Overdue.countOf(run);
    }

    /**
     * The task for which the current thread runs.
     *
     * @return the current task, or the task that waits for this worker thread, or null
     */
    public static @Nullable Task<?> currentCaller() {
        Task<?> task = Task.currentOrNull();
        return task == null && ThreadContext.workerOrNull() instanceof WorkerCall<?> call ? call.caller() : task;
    }

    private static void warn(String message) {
        LOG.log(System.Logger.Level.WARNING, null, message);
    }
}
