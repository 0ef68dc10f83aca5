package io.anyio.impl.owner;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.Reactor;
import io.anyio.api.task.Body;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.channel.LoopReactor;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.task.Task;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Owners without a framework: what is opened belongs to the run of the current task and ends with it. */
final class PlainOwners implements Owners {

    @Override
    public Owner open(String service, Holder holder) {
        return new PlainOwner(service, holder);
    }

    private record PlainOwner(String service, Holder holder) implements Owner {

        @Override
        public void checkOpen() {
            // ends with the run
        }

        @Override
        public <T extends @Nullable Object> TaskHandle<T> spawn(@Nullable String name, Body<T, ?> body) {
            return new Supervisor(ContextTask.current(service).run).spawn(name == null ? Bodies.nameOf(body) : name,
                    body);
        }

        @Override
        public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
            throw new NoEventLoopException(service + " has no loop of its own outside of a container: use AnyIO.run");
        }

        @Override
        public Reactor reactor() {
            return new LoopReactor(Task.current(service).loop);
        }

        @Override
        public void register(AutoCloseable resource) {
            // a loop closes its channels at its end
        }

        @Override
        public void unregister(AutoCloseable resource) {
            // see register
        }

        @Override
        public Duration graceLeft() {
            return Stop.USUAL_GRACE;
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void close() {
            // ends with the run
        }
    }
}
