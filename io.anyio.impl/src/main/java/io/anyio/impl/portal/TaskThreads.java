package io.anyio.impl.portal;

import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.RunToken;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.thread.TaskRunToken;
import io.anyio.impl.thread.Workers;
import org.jspecify.annotations.Nullable;

/** The operations of tasks that involve other threads. */
public final class TaskThreads implements Threads {
    /** Makes the service; it starts nothing. */
    public TaskThreads() {}

    @Override
    public <T extends @Nullable Object, X extends Exception> T runInWorkerThread(Body<T, X> body, WorkerOptions options)
            throws X {
        return Workers.<T, X>call(body, options);
    }

    @Override
    public CapacityLimiter defaultLimiter() {
        return Workers.defaultLimiter(ContextTask.current("AnyIO.currentDefaultWorkerThreadLimiter").run);
    }

    @Override
    public BlockingPortal createBlockingPortal() {
        return new TaskPortal(ContextTask.current("AnyIO.createBlockingPortal").run);
    }

    @Override
    public RunToken currentToken() {
        return new TaskRunToken(ContextTask.current("AnyIO.currentToken"));
    }
}
