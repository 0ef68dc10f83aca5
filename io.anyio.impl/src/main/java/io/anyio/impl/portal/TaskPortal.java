package io.anyio.impl.portal;

import io.anyio.api.task.BlockWith;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.thread.Awaiting;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A portal into the loop of a task, which hosts it for a block. */
final class TaskPortal extends Portal {
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final AtomicBoolean entered = new AtomicBoolean();

    TaskPortal(Run run) {
        super(run);
    }

    @Override
    public <X extends Exception> void run(BlockWith<BlockingPortal, X> block) throws X {
        Objects.requireNonNull(block, "BlockingPortal.run: the block is null");
        ContextTask<?> host = ContextTask.current("BlockingPortal.run");
        if (host.loop != run.loop) {
            throw new IllegalStateException("BlockingPortal.run was called by the task '" + host.name()
                    + "' of the loop " + host.loop.name + ", but the portal was made for the loop " + run.loop.name);
        }
        if (!entered.compareAndSet(false, true)) {
            throw new IllegalStateException("The portal was opened before: a portal is opened once, make a new one");
        }
        try {
            if (!group.isNew()) {
                throw new IllegalStateException("The portal was stopped before it was opened: make a new one");
            }
            group.<X>host(host, () -> block.run(this));
        } finally {
            ended.complete(null);
        }
    }

    @Override
    void awaitStopped() {
        if (entered.get()) {
            Awaiting.until(ended, run.loop, "BlockingPortal.stopFromExternalThread", () -> stop(true));
        }
    }
}
