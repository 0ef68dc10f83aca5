package io.anyio.impl.owner;

import io.anyio.api.debug.LoopDTO;
import io.anyio.api.debug.LoopFiguresDTO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.task.Deadline;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.run.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tasks of all loops of a runtime. */
public class RunningTasks implements TaskTree {
    private final Supplier<Set<Run>> runs;

    /**
     * Makes the service.
     *
     * @param runs gives the runs whose loops it shows
     */
    public RunningTasks(Supplier<Set<Run>> runs) {
        this.runs = runs;
    }

    private record Question<A>(Run run, CompletableFuture<A> answer) {
        /** The answer, or null if it does not come in time. */
        @Nullable
        A await(long end) {
            try {
                return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException _) {
                return null;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    @Override
    public List<LoopDTO> loops(Duration patience) {
        Objects.requireNonNull(patience, "TaskTree.loops: the patience is null");
        return loops(patience, false);
    }

    @Override
    public List<LoopDTO> loopsWithStacks(Duration patience) {
        Objects.requireNonNull(patience, "TaskTree.loopsWithStacks: the patience is null");
        return loops(patience, true);
    }

    private List<LoopDTO> loops(Duration patience, boolean stacks) {
        long end = endOf(patience);
        List<Question<LoopDTO>> questions = ask(run -> Snapshot.of(run, stacks));
        return questions.stream().map(question -> {
            LoopDTO answer = question.await(end);
            return answer == null ? Snapshot.fromOutside(question.run()) : answer;
        }).sorted(Comparator.comparing(LoopDTO::name)).toList();
    }

    private static long endOf(Duration patience) {
        return System.nanoTime() + Deadline.nanosOf(patience);
    }

    /** Asks all loops; what a loop cannot answer is seen from outside, and the loop continues. */
    private <A> List<Question<A>> ask(Function<Run, A> answer) {
        return running().stream().map(run -> {
            Question<A> question = new Question<>(run, new CompletableFuture<>());
            run.loop.runInLoop(() -> {
                try {
                    question.answer().complete(answer.apply(run));
                } catch (Throwable e) {
                    question.answer().completeExceptionally(e);
                }
            });
            return question;
        }).toList();
    }

    private List<Run> running() {
        return runs.get().stream().filter(run -> !run.loop.hasEnded()).toList();
    }

    @Override
    public List<LoopFiguresDTO> figures() {
        return running().stream().map(Snapshot::figures).sorted(Comparator.comparing(LoopFiguresDTO::name)).toList();
    }

    /**
     * Cancels a task as its handle does. From any thread. A loop that does not answer in time cancels the task later,
     * if it is one of its own.
     *
     * @param id the task's id
     * @param reason why, for the task
     * @param patience how long to wait for loops that are busy
     * @return what was found
     */
    public Cancellation cancel(long id, String reason, Duration patience) {
        long end = endOf(patience);
        List<String> silent = new ArrayList<>();
        Cancellation.Found found = null;
        for (Question<Cancellation.Answer> question : ask(run -> Cancellation.in(run, id, reason))) {
            Cancellation.Answer answer = question.await(found == null ? end : Long.MIN_VALUE / 2);
            Loop loop = question.run().loop;
            if (answer == null) {
                silent.add(loop.name);
            } else if (answer.found() != null) {
                found = answer.found();
            }
        }
        return new Cancellation(found, List.copyOf(silent));
    }
}
