package io.anyio.api.stream;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.ConnectionBody;
import io.anyio.api.spi.ConnectionGroup;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Skippable;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.LastError;
import io.anyio.api.spi.error.Report;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Started;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The task group of one {@code serve}: it counts the connections, waits for room if there are too many, and logs how
 * they ended. Each child is a connection.
 */
final class Connections implements TaskGroup<IOException>, ConnectionGroup {
    static final String SERVE = "Listener.serve";

    private static final BooleanSupplier NEVER_CLOSED = () -> false;

    private final TaskGroup<IOException> group;
    private final Supplier<ServeOptions> options;
    private final ServeStatistics statistics;
    private final String name;

    private volatile @Nullable Owner owner;

    private final AtomicInteger active = new AtomicInteger();

    /** The local of the tasks of a connection that says whether the cause of its end has been counted. */
    private final Object counted = new Object();

    /** Why this side could not perform a handshake. */
    private final LastError lastError = new LastError();

    /** Set when there are fewer connections, for those who wait for that. */
    private final AtomicReference<@Nullable Event> room = new AtomicReference<>();

    /** The options may change; the name and the statistics are those of the beginning. */
    Connections(TaskGroup<IOException> group, Supplier<ServeOptions> options, Object handler) {
        this.group = group;
        this.options = options;
        ServeOptions first = options.get();
        ServeStatistics given = first.statistics();
        this.statistics = given == null ? new ServeStatistics() : given;
        this.name = first.name().isEmpty() ? Bodies.simpleNameOf(handler) : first.name();
    }

    /** The options for a connection that begins now. */
    ServeOptions options() {
        return options.get();
    }

    // ---- what the listener asks

    @Override
    public String name() {
        return name;
    }

    @Override
    public void servedBy(Owner its) {
        owner = its;
    }

    @Override
    public boolean awaitRoom(BooleanSupplier isClosed) {
        while (isFull() && !isClosed.getAsBoolean()) {
            Event freed = TaskContext.current(SERVE).runtime().require(Synchronization.class).createEvent();
            Event waiting = room.compareAndExchange(null, freed);
            // read after the event was published: either this sees that there is room, or the end sees the event
            if (isFull() && !isClosed.getAsBoolean()) {
                (waiting == null ? freed : waiting).await();
            }
        }
        return !isFull();
    }

    private boolean isFull() {
        int most = options().maxConnections();
        return most > 0 && active.get() >= most;
    }

    @Override
    public @Nullable Duration handshakeTimeout() {
        return options().handshakeTimeout();
    }

    @Override
    public @Nullable Duration idleTimeout() {
        return options().idleTimeout();
    }

    @Override
    public boolean peerLeft() {
        return options().peerLeft();
    }

    // ---- the connections

    @Override
    public TaskHandle<@Nullable Void> spawn(Block<?> block) {
        return spawn(name, block);
    }

    @Override
    public TaskHandle<@Nullable Void> spawn(String taskName, Block<?> block) {
        return spawn(taskName, Bodies.of(block));
    }

    @Override
    public <V extends @Nullable Object> TaskHandle<V> spawn(Body<V, ?> body) {
        return spawn(name, body);
    }

    @Override
    public <V extends @Nullable Object> TaskHandle<V> spawn(String taskName, Body<V, ?> body) {
        checkWatched(taskName);
        // for listeners that do not ask themselves
        boolean _ = awaitRoom(NEVER_CLOSED);
        Connection<V> connection = new Connection<>(body);
        begin();
        boolean spawned = false;
        try {
            TaskHandle<V> task = group.spawn(taskName, connection);
            spawned = true;
            return task;
        } finally {
            if (!spawned) {
                end();
            }
        }
    }

    private void checkWatched(String taskName) {
        ServeOptions now = options();
        if (owner == null && (now.idleTimeout() != null || now.peerLeft())) {
            throw new UnsupportedOperationException("The connection of the task '" + taskName
                    + "' is not served: idleTimeout and peerLeft need a listener of sockets, and this one has not"
                    + " said that it is one; leave the options out");
        }
    }

    private void begin() {
        active.incrementAndGet();
        statistics.accepted.incrementAndGet();
    }

    private void end() {
        active.decrementAndGet();
        statistics.ended.incrementAndGet();
        wakeUp();
    }

    @Override
    public void wakeUp() {
        Event freed = room.getAndSet(null);
        if (freed != null) {
            freed.set();
        }
    }

    /** The work with one connection. */
    private final class Connection<V extends @Nullable Object> extends ConnectionBody<V> {
        private final Body<V, ?> body;

        Connection(Body<V, ?> body) {
            this.body = body;
        }

        @Override
        protected V serve() throws Exception {
            try {
                prepare();
                return body.call();
            } finally {
                end();
            }
        }

        private void prepare() {
            try {
                TaskContext task = TaskContext.current(SERVE);
                task.locals(task.locals().with(counted, new AtomicBoolean()));
            } catch (Throwable e) {
                Skippable.skip(body, e);
                throw e;
            }
        }

        @Override
        public void skipped(Throwable why) {
            try {
                Skippable.skip(body, why);
            } finally {
                end();
            }
        }
    }

    // ---- how they end

    boolean isStopping() {
        Owner its = owner;
        return its != null && its.isStopping();
    }

    private String holder() {
        Owner its = owner;
        return its == null ? "application" : its.holder().name();
    }

    /** The log for the errors of handlers: that of the bundle to which they belong. */
    private Report log() {
        Owner its = owner;
        return new Report(its == null ? "io.anyio" : its.holder().logName());
    }

    /** Whether the current task is cancelled, or the owner stops: what happens now is not the cause of the end. */
    boolean isStopped() {
        return isStopping() || TaskContext.current(SERVE).cancellationPending();
    }

    /** Counts why the connection of the current task ends, unless something has been counted for it before. */
    void count(Fault fault) {
        boolean _ = switch (fault) {
            case STOP -> false;
            case PEER -> count(statistics.peerFailures);
            case HANDLER -> count(statistics.handlerFailures);
        };
    }

    private boolean count(AtomicLong cause) {
        boolean first = !(TaskContext.current(SERVE).locals().get(counted) instanceof AtomicBoolean before)
                || before.compareAndSet(false, true);
        if (first) {
            cause.incrementAndGet();
        }
        return first;
    }

    void report(Fault fault, Object connection, Throwable error) {
        switch (fault) {
            case STOP -> log().log(System.Logger.Level.DEBUG, error, "The handler ", name, " of ", holder(),
                    " failed while it was stopped, with the connection ", connection);
            case PEER -> log().log(System.Logger.Level.DEBUG, null, "The connection ", connection,
                    " ended before the handler ", name, " of ", holder(), " was done with it: ", Errors.line(error));
            case HANDLER -> log().log(System.Logger.Level.ERROR, error, "The handler ", name, " of ", holder(),
                    " failed with the connection ", connection, ", which is closed: ", error);
        }
    }

    @Override
    public void wasIdle(Object connection, Duration timeout) {
        if (!isStopped() && count(statistics.idle)) {
            log().log(System.Logger.Level.DEBUG, null, "The connection ", connection, " to the handler ", name, " of ",
                    holder(), " was idle for ", timeout, ", and is closed");
        }
    }

    @Override
    public void hasLeft(Object connection) {
        if (!isStopped() && count(statistics.left)) {
            log().log(System.Logger.Level.DEBUG, null, "The other side of the connection ", connection,
                    " has gone while the handler ", name, " of ", holder(),
                    " was busy with it: the handler is cancelled");
        }
    }

    @Override
    public void handshakeFailed(Object connection, Throwable reason, boolean handled) {
        Fault fault = Fault.of(reason, isStopped());
        count(fault);
        if (handled) {
            return;
        }
        boolean error = fault == Fault.HANDLER && lastError.isNews(reason);
        log().log(error ? System.Logger.Level.ERROR : System.Logger.Level.DEBUG, error ? reason : null,
                "The TLS handshake with ", connection, " failed, the connection is closed: ",
                error ? reason : Errors.line(reason));
    }

    /** A connection has come to its handler: a handshake that fails from now on is news. */
    void prepared() {
        lastError.forget();
    }

    // ---- the rest is that of the group

    @Override
    public <S extends @Nullable Object, X extends Exception> S start(String taskName, BlockWith<Started<S>, X> block)
            throws X {
        return group.start(taskName, block);
    }

    @Override
    public <X extends Exception> void run(BlockWith<TaskGroup<IOException>, X> block) throws IOException, X {
        group.run(block);
    }

    @Override
    public <V extends @Nullable Object, X extends Exception> V call(BodyWith<TaskGroup<IOException>, V, X> body)
            throws IOException, X {
        return group.call(body);
    }

    @Override
    public CancelScope cancelScope() {
        return group.cancelScope();
    }

    @Override
    public void cancel() {
        group.cancel();
    }
}
