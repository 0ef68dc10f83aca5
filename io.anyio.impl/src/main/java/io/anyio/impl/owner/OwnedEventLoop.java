package io.anyio.impl.owner;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.loop.Backends;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The event loop service for one owner. */
public class OwnedEventLoop implements EventLoop {
    private final Owner owner;

    /**
     * Makes the service.
     *
     * @param owner the owner of its tasks
     */
    public OwnedEventLoop(Owner owner) {
        this.owner = owner;
    }

    @Override
    public TaskHandle<@Nullable Void> spawn(Block<?> block) {
        Objects.requireNonNull(block, "EventLoop.spawn: the block is null");
        return owner.spawn(Bodies.nameOf(block), Bodies.of(block));
    }

    @Override
    public TaskHandle<@Nullable Void> spawn(String name, Block<?> block) {
        Objects.requireNonNull(name, "EventLoop.spawn: the name is null");
        Objects.requireNonNull(block, "EventLoop.spawn: the block is null");
        return owner.spawn(name, Bodies.of(block));
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(Body<T, ?> body) {
        Objects.requireNonNull(body, "EventLoop.spawn: the body is null");
        return owner.spawn(null, body);
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(String name, Body<T, ?> body) {
        Objects.requireNonNull(name, "EventLoop.spawn: the name is null");
        Objects.requireNonNull(body, "EventLoop.spawn: the body is null");
        return owner.spawn(name, body);
    }

    @Override
    public <X extends Exception> void run(Block<X> block) throws X {
        Objects.requireNonNull(block, "EventLoop.run: the block is null");
        LoopRuntime.refuseInTask("EventLoop.run");
        owner.<@Nullable Void, X>call(Bodies.of(block));
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "EventLoop.call: the body is null");
        LoopRuntime.refuseInTask("EventLoop.call");
        return owner.call(body);
    }

    @Override
    public String backend() {
        return Backends.defaultBackend();
    }

    @Override
    public String backendReason() {
        return Backends.reason();
    }
}
