package io.anyio.impl.owner;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.ChannelWatch;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Lasting;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.Reactor;
import io.anyio.api.task.Body;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.channel.LoopReactor;
import io.anyio.impl.loop.LoopEnd;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.task.Task;
import io.anyio.impl.watch.ChannelWaits;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Owners without a framework: a resource belongs to the run of the task that opens it, and ends with that run. */
final class PlainOwners implements Owners {
    private final ChannelWaits waits;

    PlainOwners(ChannelWaits waits) {
        this.waits = waits;
    }

    @Override
    public Owner open(String service, Holder holder) {
        return new PlainOwner(service, holder, waits);
    }

    private static final class PlainOwner implements Owner {
        private final String service;
        private final Holder holder;
        private final ChannelWaits waits;

        /** The resources that end with a loop, and how to take each out of the observers of its loop. */
        private final Map<AutoCloseable, Runnable> registered = new ConcurrentHashMap<>();

        PlainOwner(String service, Holder holder, ChannelWaits waits) {
            this.service = service;
            this.holder = holder;
            this.waits = waits;
        }

        @Override
        public Holder holder() {
            return holder;
        }

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
        public ChannelWatch watch() {
            return waits.of(this);
        }

        /**
         * A loop closes its channels at its end, so a stream needs no entry. Without a task there is no run that could
         * end the resource.
         */
        @Override
        public void register(AutoCloseable resource) {
            Task<?> current = Task.currentOrNull();
            if (current != null && resource instanceof Lasting) {
                LoopEnd end = current.loop.end;
                Runnable close = () -> HolderOwner.closeQuietly(resource);
                registered.put(resource, () -> end.forget(close));
                end.observe(close);
            }
        }

        @Override
        public void unregister(AutoCloseable resource) {
            Runnable forget = registered.remove(resource);
            if (forget != null) {
                forget.run();
            }
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
