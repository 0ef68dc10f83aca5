package io.anyio.impl.portal;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Report;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelledError;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Awaiting;
import io.anyio.impl.thread.TimedWait;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A portal into a loop of its own, whose main task hosts it until it is stopped. The loop ends with the portal. */
final class LoopPortal extends Portal implements Task.Host {
    private static final Report LOG = new Report("io.anyio");

    private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final AtomicBoolean used = new AtomicBoolean();
    private volatile @Nullable Throwable failure;

    private LoopPortal(Run run) {
        super(run);
    }

    /** Starts the portal of a run that was opened for it; does not wait. */
    static LoopPortal start(Run run) {
        try {
            LoopPortal portal = new LoopPortal(run);
            run.loop.end.observe(() -> {
                portal.opened.complete(null);
                portal.ended.complete(null);
            });
            ContextTask.prepareCarried(run, portal, "portal", Bodies.of(() -> portal.main())).launch();
            return portal;
        } finally {
            run.loop.finish();
        }
    }

    /** Waits until the portal can be used. The caller is its only user, so a cancellation of the caller stops it. */
    LoopPortal awaitStart() {
        CancelledError cancelled = Awaiting.until(opened, run.loop, "Portals.start", () -> stop(true));
        if (cancelled != null) {
            stopFromExternalThread(true);
            throw cancelled;
        }
        return this;
    }

    /**
     * Waits until the portal can be used. It may have other users, so a cancellation of the caller does not stop it.
     */
    void awaitOpened() {
        CancelledError cancelled = Awaiting.until(opened, run.loop, "PortalProvider.open", () -> {});
        if (cancelled != null) {
            throw cancelled;
        }
    }

    private void main() {
        group.<RuntimeException>host(ContextTask.current("BlockingPortal"), () -> {
            opened.complete(null);
            sleepUntilStopped();
        });
    }

    // ---- the host of the main task

    @Override
    public Scope scope() {
        return run.root;
    }

    @Override
    public OptionalLong hostId() {
        return OptionalLong.empty();
    }

    @Override
    public void childEnded(Task<?> child, @Nullable Throwable error) {
        stop();
        if (error != null && !child.wasCancelled()) {
            failure = error;
            LOG.log(System.Logger.Level.ERROR, error, "The portal ", run.loop.name, " was stopped by an error");
        }
    }

    // ---- the end

    @Override
    public <X extends Exception> void run(BlockWith<BlockingPortal, X> block) throws X {
        Objects.requireNonNull(block, "BlockingPortal.run: the block is null");
        group.check("BlockingPortal.run");
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "BlockingPortal.run was called before on " + this
                            + ": its end stops the portal, start another one");
        }
        Throwable thrown = null;
        try {
            block.run(this);
        } catch (Throwable e) {
            thrown = e;
        }
        stopFromExternalThread(thrown != null);
        Throwable broken = failure == null && run.loop.breakage.cause() != null
                ? run.loop.breakage.closedException("BlockingPortal.run")
                : failure;
        if (thrown != null) {
            if (broken != null && broken != thrown) {
                thrown.addSuppressed(broken);
            }
            throw Sneaky.<X>asThrown(thrown);
        }
        if (broken != null) {
            throw Sneaky.<X>asThrown(broken);
        }
    }

    @Override
    void awaitStopped() {
        CancelledError cancelled = Awaiting.until(ended, run.loop, "end of the portal", () -> stop(true));
        // the loop has ended, and its thread is about to end
        boolean _ = TimedWait.patiently(Long.MAX_VALUE, run::awaitEnd);
        if (cancelled != null) {
            throw cancelled;
        }
    }
}
