package io.anyio.impl.portal;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.Started;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Inside;
import io.anyio.api.thread.StartedTask;
import io.anyio.api.thread.WrappedContext;
import io.anyio.impl.run.Run;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The common part of all portals: the calls of {@link BlockingPortal}, each a task of a {@link PortalGroup}. */
abstract class Portal implements BlockingPortal {
    final Run run;
    final PortalGroup group;

    Portal(Run run) {
        this.run = run;
        this.group = new PortalGroup(run);
    }

    // ---- stopping

    /** Waits for the end of the portal, after it was told to stop. Not called in its own loop. */
    abstract void awaitStopped();

    @Override
    public final void stop() {
        stop(false);
    }

    @Override
    public final void stop(boolean cancelRemaining) {
        group.stop(cancelRemaining);
    }

    @Override
    public final void stopFromExternalThread(boolean cancelRemaining) {
        group.refuseOwnTasks("BlockingPortal.stopFromExternalThread", "would wait for itself: call stop");
        stop(cancelRemaining);
        awaitStopped();
    }

    @Override
    public final void close() {
        if (group.isCalledFromWithin()) {
            stop();
        } else {
            stopFromExternalThread(false);
        }
    }

    @Override
    public final void sleepUntilStopped() {
        group.sleepUntilStopped();
    }

    // ---- calls

    @Override
    public final <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "BlockingPortal.call: the body is null");
        return this.<T, X>call(Bodies.nameOf(body), body);
    }

    @Override
    public final <X extends Exception> void call(Block<X> block) throws X {
        Objects.requireNonNull(block, "BlockingPortal.call: the block is null");
        this.<@Nullable Void, X>call(Bodies.nameOf(block), Bodies.of(block));
    }

    private <T extends @Nullable Object, X extends Exception> T call(String name, Body<T, ?> body) throws X {
        String what = "BlockingPortal.call";
        group.check(what);
        PortalCall<T> call = group.begin(what, name, body);
        return group.<T, X>await(call, what, null);
    }

    @Override
    public final <T extends @Nullable Object> CompletableFuture<T> spawn(Body<T, ?> body) {
        return spawn(Bodies.nameOf(Objects.requireNonNull(body, "BlockingPortal.spawn: the body is null")), body);
    }

    @Override
    public final <T extends @Nullable Object> CompletableFuture<T> spawn(String name, Body<T, ?> body) {
        Objects.requireNonNull(body, "BlockingPortal.spawn: the body is null");
        group.check("BlockingPortal.spawn");
        return group.begin("BlockingPortal.spawn", name, body).future;
    }

    @Override
    public final CompletableFuture<@Nullable Void> spawn(Block<?> block) {
        return spawn(Bodies.nameOf(Objects.requireNonNull(block, "BlockingPortal.spawn: the block is null")),
                Bodies.of(block));
    }

    @Override
    public final CompletableFuture<@Nullable Void> spawn(String name, Block<?> block) {
        return spawn(name, Bodies.of(Objects.requireNonNull(block, "BlockingPortal.spawn: the block is null")));
    }

    @Override
    public final <S extends @Nullable Object, X extends Exception> StartedTask<S> start(String name,
            BlockWith<Started<S>, X> block) throws X {
        Objects.requireNonNull(block, "BlockingPortal.start: the block is null");
        group.check("BlockingPortal.start");
        return new PortalStart<S>(group).<X>run(name, block);
    }

    @Override @SuppressWarnings("try") // what close throws goes to the caller
    public final <R extends AutoCloseable, M extends Exception> WrappedContext<R, M> wrap(Body<R, M> open) {
        Objects.requireNonNull(open, "BlockingPortal.wrap: the body is null");
        return new PortalContext<R, M>(group, inside -> {
            try (R resource = open.call()) {
                inside.use(resource);
            } catch (Exception e) {
                throw Sneaky.<M>asThrown(e);
            }
        });
    }

    @Override
    public final <T extends @Nullable Object, M extends Exception> WrappedContext<T, M> wrap(
            BlockWith<Inside<T>, M> manager) {
        return new PortalContext<>(group, Objects.requireNonNull(manager, "BlockingPortal.wrap: the manager is null"));
    }

    @Override
    public String toString() {
        return "BlockingPortal[" + group + "]";
    }
}
