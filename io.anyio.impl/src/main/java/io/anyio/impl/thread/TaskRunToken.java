package io.anyio.impl.thread;

import io.anyio.api.spi.Bodies;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.thread.RunToken;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Lets other threads call into a run. */
public final class TaskRunToken implements RunToken {
    private static final String WHAT = "RunToken.call";

    private final Run run;
    private final Scope scope;

    /**
     * Makes the token of the current task's run.
     *
     * @param task the current task
     */
    public TaskRunToken(ContextTask<?> task) {
        run = task.run;
        scope = task.scope().belowRoot();
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
        return this.<T, X>call(Objects.requireNonNull(body, WHAT + ": the body is null"), body);
    }

    @Override
    public <X extends Exception> void call(Block<X> block) throws X {
        Objects.requireNonNull(block, WHAT + ": the block is null");
        this.<@Nullable Void, X>call(Bodies.of(block), block);
    }

    private <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, Object code) throws X {
        Task<?> current = Task.currentOrNull();
        try {
            return new CallFromThread(scope, OptionalLong.empty(), WHAT).call(run, body, code);
        } catch (CancelledError e) {
            if (current != null) {
                throw e;
            }
            throw Awaiting.cancellation(WHAT, e);
        }
    }

    @Override
    public String toString() {
        return "RunToken[" + run.loop.name + "]";
    }
}
