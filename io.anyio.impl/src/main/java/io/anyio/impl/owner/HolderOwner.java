package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Body;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.channel.ChannelReactor;
import io.anyio.impl.task.Bodies;
import io.anyio.impl.task.Run;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Stragglers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One use of one service by a bundle. */
final class HolderOwner implements Owner {
    private static final Report LOG = new Report("io.anyio");

    private final Home home;
    private final String service;
    private final Set<AutoCloseable> resources = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Supervisor supervisor;
    private boolean closed;
    private volatile long closeDeadline;
    private volatile boolean closing;

    HolderOwner(Home home, String service) {
        this.home = home;
        this.service = service;
    }

    @Override
    public Holder holder() {
        return home.holder();
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(@Nullable String name, Body<T, ?> body) {
        return supervisor().spawn(name == null ? Bodies.nameOf(body) : name, body);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
        Call<T> call = new Call<>(body);
        Task<?> task = supervisor().<@Nullable Void>spawn(Bodies.nameOf(body), call::run);
        return call.<X>awaitValue(task::cancel, call::awaitBody, task.loop);
    }

    private synchronized Supervisor supervisor() {
        checkOpen();
        Supervisor made = supervisor;
        if (made == null) {
            made = new Supervisor(home.run());
            supervisor = made;
        }
        return made;
    }

    private void checkOpen() {
        if (closed) {
            throw new LoopClosedException(
                    "The service " + service + " was released by " + holder().name() + ": its component or bundle has been stopped. "
                            + "Do not keep the service longer than the component that it was injected into");
        }
    }

    @Override
    public Reactor reactor() {
        synchronized (this) {
            checkOpen();
        }
        Task<?> current = Task.currentOrNull();
        if (current != null && current.run.loop.holder.id() == holder().id()) {
            return new ChannelReactor(current.run.loop);
        }
        return new ChannelReactor(home.run().loop);
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
        return closing ? Duration.ofNanos(Math.max(0, closeDeadline - System.nanoTime())) : home.grace();
    }

    /** Cancels the tasks; the resources stay open for their unwinding. From any thread. */
    void cancel() {
        Supervisor started;
        synchronized (this) {
            started = supervisor;
        }
        if (started != null) {
            started.cancel("the service " + service + " was released by " + holder().name());
        }
    }

    @Override
    public void close() {
        List<AutoCloseable> open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = new ArrayList<>(resources);
            resources.clear();
        }
        long deadline = home.beginClose();
        closeDeadline = deadline;
        closing = true;
        cancel();
        Run run = home.runIfOpen();
        Task<?> caller = Task.currentOrNull();
        if (run == null || (caller != null && caller.run == run)) {
            open.forEach(HolderOwner::closeQuietly);
            home.closed(this);
            return;
        }
        awaitCancellation(run, deadline);
        open.forEach(HolderOwner::closeQuietly);
        awaitTasks(deadline);
        awaitFlush(run, deadline);
        Run ended = home.closed(this);
        if (ended != null) {
            awaitLoop(ended, deadline);
            Stragglers.interruptAbandoned(ended, deadline).forEach(worker -> LOG.log(System.Logger.Level.WARNING, null,
                    "A worker thread of ", holder().name(), " did not end within the grace of its stop and was interrupted: ", worker));
        }
    }

    /** Tasks are to see their cancellation and not a closed resource; a loop that is stuck must not keep the resources open. */
    private static void awaitCancellation(Run run, long deadline) {
        CountDownLatch delivered = new CountDownLatch(1);
        run.loop.post(delivered::countDown);
        long now = System.nanoTime();
        await(delivered, now + (deadline - now) / 2);
    }

    private void awaitTasks(long deadline) {
        Supervisor started;
        synchronized (this) {
            started = supervisor;
        }
        if (started == null) {
            return;
        }
        CountDownLatch empty = new CountDownLatch(1);
        started.whenEmpty(empty::countDown);
        if (!await(empty, deadline)) {
            started.children().forEach(this::report);
        }
    }

    private void report(Task<?> straggler) {
        LOG.log(System.Logger.Level.WARNING, null, "The task '", straggler.name(), "' of ", holder().name(), ", started ",
                straggler.age().toMillis(),
                " ms ago, did not end within the grace of its stop and was interrupted once; its loop's thread stays until it ends. It is at",
                Stragglers.interrupt(straggler));
    }

    /** Descriptors of channels that this thread closed are freed by the loop. */
    private static void awaitFlush(Run run, long deadline) {
        CountDownLatch flushed = new CountDownLatch(1);
        run.loop.flushClosed(flushed::countDown);
        await(flushed, deadline);
    }

    private static void awaitLoop(Run run, long deadline) {
        try {
            run.loop.awaitEnd(Math.max(0, deadline - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean await(CountDownLatch latch, long deadline) {
        try {
            return latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return latch.getCount() == 0;
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing a resource of a stopped bundle failed");
        }
    }
}
