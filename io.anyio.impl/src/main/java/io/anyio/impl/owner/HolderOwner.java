package io.anyio.impl.owner;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.ChannelWatch;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.Stoppable;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Body;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.carry.Carriers;
import io.anyio.impl.channel.LoopReactor;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import io.anyio.impl.watch.ChannelWaits;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One use of one service by a bundle. */
final class HolderOwner implements Owner {
    private static final Report LOG = new Report("io.anyio");

    /** The parts of {@link #abandon}. */
    private static final int PARTS = 4;

    private final Life life;
    private final String service;
    private final Set<AutoCloseable> resources = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Supervisor supervisor;
    private boolean closed;
    private volatile @Nullable Ending ending;

    /** The life of the holder, as one owner sees it. */
    interface Life {
        Holder holder();

        /** The run of the loop that all owners of the holder share; opened by the first call. */
        Run run(String service);

        long graceNanos();

        ChannelWaits waits();

        /** What is carried to the tasks of the loop. */
        Carriers carriers();

        /** Stops an owner, and waits for that. */
        void stop(HolderOwner owner);
    }

    /** A stop that has begun. */
    interface Ending {
        /** The time at which everything should have ended. */
        long deadline();

        /** What ended a service, when and why. */
        String tell(String service);

        /** Why the tasks are cancelled. */
        String reasonFor(String service);

        /** Waits for the end of the stop, unless the caller is a task that the stop is to end. */
        void await();
    }

    HolderOwner(Life life, String service) {
        this.life = life;
        this.service = service;
    }

    @Override
    public Holder holder() {
        return life.holder();
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(@Nullable String name, Body<T, ?> body) {
        return launch(name == null ? Bodies.nameOf(body) : name, body);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
        Call<T> call = new Call<>(body);
        Task<?> task = this.<@Nullable Void>launch(Bodies.nameOf(body), call);
        return call.<X>awaitValue(task::cancel, call::awaitBody, task.loop);
    }

    private <T extends @Nullable Object> Task<T> launch(String name, Body<T, ?> body) {
        // not under the lock: this calls user code
        Body<T, ?> carried = life.carriers().around(body);
        Task<T> task;
        // under the lock, so that the stop sees and awaits each task that was not refused
        synchronized (this) {
            checkOpen();
            Supervisor made = supervisor;
            if (made == null) {
                made = new Supervisor(life.run(service));
                supervisor = made;
            }
            task = made.prepare(name, carried);
        }
        task.launch();
        return task;
    }

    @Override
    public synchronized void checkOpen() {
        if (closed) {
            throw new LoopClosedException(Objects.requireNonNull(ending).tell(service)
                    + ". Do not keep the service longer than the component that it was injected into");
        }
    }

    @Override
    public Reactor reactor() {
        Task<?> current = Task.currentOrNull();
        synchronized (this) {
            checkOpen();
            if (current != null && current.loop.holder.id() == holder().id()) {
                return new LoopReactor(current.loop);
            }
            return new LoopReactor(life.run(service).loop);
        }
    }

    @Override
    public ChannelWatch watch() {
        return life.waits().of(this);
    }

    @Override
    public void register(AutoCloseable resource) {
        synchronized (this) {
            if (!closed) {
                resources.add(resource);
                return;
            }
        }
        // not under the lock: a task that closes a channel waits for its loop
        closeQuietly(resource);
        checkOpen();
    }

    @Override
    public synchronized void unregister(AutoCloseable resource) {
        resources.remove(resource);
    }

    @Override
    public Duration graceLeft() {
        Ending active = ending;
        return Duration
                .ofNanos(active == null ? life.graceNanos() : Math.max(0, active.deadline() - System.nanoTime()));
    }

    @Override
    public boolean isStopping() {
        return ending != null;
    }

    @Override
    public void close() {
        life.stop(this);
    }

    // ---- the steps of the stop, on an ordinary thread

    /** Under the lock of the shared loop. */
    @Nullable
    Ending ending() {
        return ending;
    }

    void ending(Ending begun) {
        ending = begun;
    }

    void beginStop() {
        Supervisor started = started();
        if (started != null) {
            started.beginStop(reason());
        }
    }

    void refuse() {
        synchronized (this) {
            closed = true;
        }
        beginStop();
    }

    void stopAccepting() {
        stoppables().forEach(stoppable -> quietly(stoppable::stop));
    }

    void requestFinish() {
        Supervisor started = started();
        if (started != null) {
            started.requestFinish(reason());
        }
    }

    void cancel() {
        Supervisor started = started();
        if (started != null) {
            started.cancel(reason());
        }
        stoppables().forEach(stoppable -> quietly(stoppable::cancel));
    }

    boolean awaitTasks(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        Supervisor started = started();
        boolean ended = started == null || started.awaitEnd(nanos);
        for (Stoppable stoppable : stoppables()) {
            ended &= stoppable.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        return ended;
    }

    /** Returns the resources that end with their close, and forgets them. */
    synchronized List<AutoCloseable> takeStreams() {
        List<AutoCloseable> streams = resources.stream().filter(resource -> !(resource instanceof Stoppable)).toList();
        streams.forEach(resources::remove);
        return streams;
    }

    void closeStoppables() {
        stoppables().forEach(HolderOwner::closeQuietly);
    }

    /**
     * Does the rest of a stop that failed half-way: each part is done even if others fail, for example for lack of
     * memory. Never throws.
     */
    void abandon() {
        for (int part = 0; part < PARTS; part++) {
            try {
                switch (part) {
                    case 0 -> refuse();
                    case 1 -> cancel();
                    case 2 -> takeStreams().forEach(HolderOwner::closeQuietly);
                    default -> closeStoppables();
                }
            } catch (Throwable _) {
                // the failure of the stop was logged, and this one is probably the same
            }
        }
    }

    static void closeQuietly(AutoCloseable resource) {
        quietly(resource::close);
    }

    boolean hasTasks() {
        Supervisor started = started();
        return started != null && !started.isEmpty();
    }

    @Nullable
    Scope scopeOrNull() {
        Supervisor started = started();
        return started == null ? null : started.scopeOrNull();
    }

    boolean isAbove(Task<?> task) {
        Supervisor started = started();
        return started != null && started.isAbove(task);
    }

    private String reason() {
        return Objects.requireNonNull(ending).reasonFor(service);
    }

    private synchronized @Nullable Supervisor started() {
        return supervisor;
    }

    private synchronized List<AutoCloseable> resources() {
        return List.copyOf(resources);
    }

    private List<Stoppable> stoppables() {
        return resources().stream().filter(Stoppable.class::isInstance).map(Stoppable.class::cast).toList();
    }

    /** Closes a resource; its exception does not prevent the close of the others. */
    private static void quietly(Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a resource of a stopped bundle failed");
        }
    }

    /** A step of one resource. */
    private interface Step {
        void run() throws Exception;
    }
}
