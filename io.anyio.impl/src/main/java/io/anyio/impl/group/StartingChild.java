package io.anyio.impl.group;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Started;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.spin.StackReserve;
import io.anyio.impl.task.Task;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A child that starts and has not joined its group. Until it reports that it is ready, it lives in the scopes of the
 * task that starts it, and only that task is told of its end ({@code StartTest}).
 *
 * @param <S> the type of what it reports
 */
final class StartingChild<S extends @Nullable Object> implements Started<S>, Task.Host {
    /** The group that the child will join. */
    interface Target extends Task.Host {
        /** Counts one more child, which will end here. From any thread. */
        void admit();
    }

    private final Target group;
    private final Task<?> caller;
    private final Scope callersScope;
    private final Waiter waiter;
    private @Nullable Task<?> child;
    private boolean told;
    private boolean moved;
    private @Nullable S value;
    private @Nullable Throwable error;

    StartingChild(Target group, Task<?> caller) {
        this.group = group;
        this.caller = caller;
        this.callersScope = caller.scope();
        this.waiter = new Waiter(caller, "start of a task", false);
    }

    @SuppressWarnings("NullAway") // the value is of type S once it was set
    <X extends Exception> S run(String name, BlockWith<Started<S>, X> block) throws X {
        // enough also for the wait, and for a cancellation if the wait fails
        StackReserve.forScope();
        Task<?> starting = caller.another(this, name, Bodies.of(new Starting<>(block, this)));
        group.admit();
        child = starting;
        starting.launch();
        try {
            waiter.await();
        } catch (Throwable unfit) {
            leave(starting);
            throw unfit;
        }
        if (error != null) {
            throw Sneaky.<X>asThrown(error);
        }
        if (told) {
            return value;
        }
        throw new IllegalStateException(
                "The task '" + name + "' ended without calling Started.set: call it once the task is ready");
    }

    /** The code of the child. */
    private record Starting<S extends @Nullable Object>(BlockWith<Started<S>, ?> block, StartingChild<S> start)
            implements Block<Exception> {
        @Override
        public void run() throws Exception {
            block.run(start);
        }
    }

    /** Moves the child to the group and cancels it, because the caller cannot wait. */
    private void leave(Task<?> starting) {
        moved = true;
        starting.own().moveTo(group.scope());
        starting.cancel("who started it cannot wait for it");
    }

    @Override
    public void set(S ready) {
        Task<?> current = Task.current("Started.set");
        if (current != child) {
            throw new IllegalStateException(
                    "Started.set belongs to the task that was started, but was called by '" + current.name() + "'");
        }
        if (told) {
            throw new IllegalStateException("Started.set was called before by this task: once is enough");
        }
        StackReserve.forOperation();
        told = true;
        value = ready;
        if (current.own().isEffective()) {
            // as in Trio: a cancelled caller waits for the child's end, and the child never joins the group
            return;
        }
        moved = true;
        current.own().moveTo(group.scope());
        waiter.grant();
    }

    @Override
    public Scope scope() {
        return moved ? group.scope() : callersScope;
    }

    @Override
    public OptionalLong hostId() {
        return moved ? group.hostId() : OptionalLong.of(caller.id());
    }

    @Override
    public void childEnded(Task<?> ended, @Nullable Throwable failure) {
        if (moved) {
            group.childEnded(ended, failure);
        } else {
            error = failure != null ? failure : ended.error();
            try {
                group.childEnded(ended, null);
            } finally {
                waiter.grant();
            }
        }
    }
}
