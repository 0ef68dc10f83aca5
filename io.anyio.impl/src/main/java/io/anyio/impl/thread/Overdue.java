package io.anyio.impl.thread;

import io.anyio.api.task.TaskHandle;
import io.anyio.impl.run.Run;
import io.anyio.impl.task.Task;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The tasks and worker calls of a run that did not end within the grace of a stop. From any thread. */
final class Overdue {
    private final Set<Object> all = ConcurrentHashMap.newKeySet();

    private Overdue() {}

    /** Adds a task or a worker call. */
    static void add(Run run, Object straggler) {
        Overdue overdue = run.attachment(Overdue.class, Overdue::new);
        overdue.all.removeIf(Overdue::hasEnded);
        overdue.all.add(straggler);
    }

    /** How many have not ended since. */
    static int countOf(Run run) {
        Overdue overdue = run.attachmentOrNull(Overdue.class);
        if (overdue == null) {
            return 0;
        }
        overdue.all.removeIf(Overdue::hasEnded);
        return overdue.all.size();
    }

    private static boolean hasEnded(Object straggler) {
        if (straggler instanceof WorkerCall<?> call) {
            return call.hasEnded();
        }
        TaskHandle.Status status = ((Task<?>) straggler).status();
        return status != TaskHandle.Status.PENDING && status != TaskHandle.Status.CANCELLING;
    }
}
