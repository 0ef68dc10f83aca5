package io.anyio.impl.owner;

import io.anyio.api.debug.LoopDTO;
import io.anyio.api.debug.TaskTree;
import io.anyio.api.task.Deadline;
import io.anyio.impl.run.Run;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

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

    private record Question(Run run, CompletableFuture<LoopDTO> answer) {}

    @Override
    public List<LoopDTO> loops(Duration patience) {
        Objects.requireNonNull(patience, "TaskTree.loops: the patience is null");
        long end = System.nanoTime() + Deadline.nanosOf(patience);
        List<Question> questions = runs.get().stream().filter(run -> !run.loop.hasEnded()).map(RunningTasks::ask)
                .toList();
        return questions.stream().map(question -> answer(question, end)).sorted(Comparator.comparing(LoopDTO::name))
                .toList();
    }

    private static Question ask(Run run) {
        CompletableFuture<LoopDTO> answer = new CompletableFuture<>();
        run.loop.runInLoop(() -> {
            try {
                answer.complete(Snapshot.of(run));
            } catch (Throwable e) {
                // the caller gets what can be seen from outside, and the loop continues
                answer.completeExceptionally(e);
            }
        });
        return new Question(run, answer);
    }

    private static LoopDTO answer(Question question, long end) {
        try {
            return question.answer().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return Snapshot.fromOutside(question.run());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Snapshot.fromOutside(question.run());
        }
    }
}
