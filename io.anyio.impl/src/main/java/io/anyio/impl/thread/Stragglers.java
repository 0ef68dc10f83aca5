package io.anyio.impl.thread;

import io.anyio.impl.task.Run;
import io.anyio.impl.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The last resort at the end of a holder's grace: what still runs for it is interrupted once, and the log is told where it is. */
public final class Stragglers {
    private final Set<Job<?>> jobs = ConcurrentHashMap.newKeySet();

    private Stragglers() {}

    /** The functions that run in worker threads of a run. */
    static Set<Job<?>> jobsOf(Run run) {
        return run.attachment(Stragglers.class, Stragglers::new).jobs;
    }

    /**
     * Interrupts a task, and the worker thread for which it waits. From any thread.
     *
     * @param task a task that did not end in time
     * @return where they are: lines of a stack, to be appended to a message
     */
    public static String interrupt(Task<?> task) {
        StringBuilder text = new StringBuilder(stackOf(task.thread()));
        task.thread().interrupt();
        for (Job<?> job : jobsOf(task.run)) {
            if (job.isOf(task)) {
                text.append("\nIt waits for a worker thread, which was interrupted too. That one is at").append(job.stack());
                job.interrupt();
            }
        }
        return text.toString();
    }

    /**
     * Waits for what runs in worker threads although its caller has left, and interrupts what does not end in time. From an ordinary thread.
     *
     * @param run a run whose tasks have ended, or were interrupted
     * @param deadline until when to wait, in nanoseconds of {@link System#nanoTime}
     * @return what was interrupted and where it was, one message each
     */
    public static List<String> interruptAbandoned(Run run, long deadline) {
        List<String> found = new ArrayList<>();
        for (Job<?> job : jobsOf(run)) {
            if (job.isAbandoned() && !job.awaitEnd(deadline)) {
                found.add(job + ", which was abandoned" + job.stack());
                job.interrupt();
            }
        }
        return found;
    }

    static String stackOf(Thread thread) {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement element : thread.getStackTrace()) {
            text.append("\n\tat ").append(element);
        }
        return text.toString();
    }
}
