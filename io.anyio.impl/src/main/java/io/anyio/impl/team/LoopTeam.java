package io.anyio.impl.team;

import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.Run;
import io.anyio.impl.run.Team;
import io.anyio.impl.scope.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The loops of one holder. The first one is that of its tasks; the others are opened one by one, when a group asks for
 * them, and have no work but that of groups. So they end when the first one has ended.
 */
public final class LoopTeam implements Team, SpanningGroup.Loops {
    private final Opener opener;
    private final List<Run> runs = new ArrayList<>(1);
    private final Set<LoopBranch<?>> branches = ConcurrentHashMap.newKeySet();
    private int opened = 1;

    /** Opens loops. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens a loop beside the first one.
         *
         * @param team to which it belongs
         * @param number 2 for the second one
         * @return its run
         */
        Run open(LoopTeam team, int number);
    }

    /**
     * The team of a loop.
     *
     * @param run the run of the loop
     * @return its team
     */
    public static LoopTeam of(Run run) {
        return (LoopTeam) run.team;
    }

    /**
     * Makes a team without loops.
     *
     * @param opener opens those beside the first one
     */
    public LoopTeam(Opener opener) {
        this.opener = opener;
    }

    /**
     * Adds the first loop.
     *
     * @param first its run
     * @return the same
     */
    public synchronized Run begin(Run first) {
        runs.add(first);
        first.loop.end.observe(this::finishOthers);
        return first;
    }

    private void finishOthers() {
        List<Run> all = runs();
        boolean broken = all.getFirst().loop.breakage.cause() != null;
        for (Run run : all.subList(1, all.size())) {
            if (broken) {
                // tasks may have been left behind, whose groups were hosted there
                run.root.cancel("the loop " + all.getFirst().loop.name + " broke");
            }
            run.loop.finish();
        }
    }

    @Override
    public synchronized List<Run> atLeast(int count) {
        runs.getFirst().loop.breakage.checkIntact("No further loop can be opened");
        runs.subList(1, runs.size()).removeIf(run -> run.loop.hasEnded());
        List<Run> intact = new ArrayList<>(runs);
        intact.removeIf(run -> run.loop.breakage.cause() != null);
        while (intact.size() < count) {
            Run next = opener.open(this, opened + 1);
            opened++;
            runs.add(next);
            intact.add(next);
        }
        return intact;
    }

    /**
     * The loops that are open. From any thread.
     *
     * @return the first one, and those that were opened beside it
     */
    public synchronized List<Run> runs() {
        return List.copyOf(runs);
    }

    @Override
    public <E extends Exception> TaskGroup<E> spanningGroup(Class<E> childError, GroupOptions options) {
        return new SpanningGroup<>(childError, options);
    }

    /**
     * The open branches of all groups that a task of these loops runs. From any thread.
     *
     * @return the set itself
     */
    @Override
    public Set<LoopBranch<?>> branches() {
        return branches;
    }

    @Override
    public boolean has(Loop loop) {
        return runs().stream().anyMatch(run -> run.loop == loop);
    }

    /**
     * Whether a scope lies in another one, which may be on another loop. A hint if it is asked outside of the loop of
     * the inner scope, or while branches come and go.
     *
     * @param inner a scope of any of these loops
     * @param outer a scope of any of these loops
     * @return true if it does
     */
    public boolean isWithin(Scope inner, Scope outer) {
        return inner.isWithin(outer) || branches.stream()
                .anyMatch(branch -> branch.holds(inner) && isWithin(branch.homeScope(), outer));
    }

    @Override
    public boolean awaitEnd(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        // read anew each time: others may be opened until the first one has ended
        for (Run left = anyLeft(); left != null; left = anyLeft()) {
            if (!left.loop.awaitEnd(nanos == Long.MAX_VALUE ? nanos : Math.max(0, end - System.nanoTime()))) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Run anyLeft() {
        return runs().stream().filter(run -> !run.loop.hasEnded()).findFirst().orElse(null);
    }
}
