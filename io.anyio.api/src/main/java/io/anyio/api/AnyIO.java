package io.anyio.api;

import io.anyio.api.gather.Gathering;
import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.ThreadContext;
import io.anyio.api.spi.WorkerContext;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterOptions;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.ResourceGuard;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.SemaphoreOptions;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Completed;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskInfo;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Portals;
import io.anyio.api.thread.RunToken;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What code inside a task calls, and how plain Java runs a first task. In a container a bundle injects
 * {@link io.anyio.api.task.EventLoop} for that.
 *
 * <p>What needs a task throws {@link io.anyio.api.task.NoEventLoopException} outside of one. A <em>checkpoint</em>
 * first throws {@link CancelledError} if a scope around it was cancelled, and lets other tasks of the loop run if it
 * must wait, or if the task has had its share.
 */
public final class AnyIO {
    private static final List<String> BACKENDS = List.of("carrier", "pool");

    private AnyIO() {}

    // ---- running

    /**
     * Runs a block as the first task of a fresh event loop, on a thread of its own, and returns when all its tasks have
     * ended. An interrupt of the caller cancels it.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the caller is a task, or a framework hides the implementation
     */
    public static <X extends Exception> void run(Block<X> block) throws X {
        run(block, options -> options);
    }

    /**
     * Runs a block as the first task of a fresh event loop, with options.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @param options changes the default options
     * @throws X if the block throws it
     * @throws IllegalArgumentException if there is no such backend
     * @throws IllegalStateException if the caller is a task, or a framework hides the implementation, or the backend is
     * not available
     */
    public static <X extends Exception> void run(Block<X> block, UnaryOperator<LoopOptions> options) throws X {
        runtime().<@Nullable Void, X>call(asBody(block), chosen(options, LoopOptions.DEFAULT), block);
    }

    /**
     * Runs a body as the first task of a fresh event loop and returns its value.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws IllegalStateException if the caller is a task, or a framework hides the implementation
     */
    public static <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
        return call(body, options -> options);
    }

    /**
     * Runs a body as the first task of a fresh event loop, with options, and returns its value.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @param options changes the default options
     * @return its value
     * @throws X if the body throws it
     * @throws IllegalArgumentException if there is no such backend
     * @throws IllegalStateException if the caller is a task, or a framework hides the implementation, or the backend is
     * not available
     */
    public static <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body,
            UnaryOperator<LoopOptions> options) throws X {
        Objects.requireNonNull(body, "AnyIO.call: the body is null");
        return runtime().call(body, chosen(options, LoopOptions.DEFAULT), body);
    }

    /**
     * A service for plain Java, as a bundle would get it injected: what it opens belongs to the run of the task that
     * uses it. All tasks of a run get the same one.
     *
     * @param <S> the service type
     * @param type its class
     * @return the service
     * @throws IllegalStateException if no jar on the class path has it
     */
    public static <S> S service(Class<S> type) {
        Objects.requireNonNull(type, "AnyIO.service: the type is null");
        return runtime().require(type);
    }

    private static AnyioRuntime runtime() {
        TaskContext task = TaskContext.currentOrNull();
        if (task != null) {
            return task.runtime();
        }
        AnyioRuntime plain = Plain.RUNTIME;
        if (plain == null) {
            throw new IllegalStateException(
                    "No implementation of AnyIO is visible here. In an OSGi container inject "
                            + "io.anyio.api.task.EventLoop "
                            + "and call its run; in plain Java put io.anyio.impl on the class path");
        }
        return plain;
    }

    /** The runtime of plain Java, looked for once. */
    private static final class Plain {
        static final @Nullable AnyioRuntime RUNTIME = ServiceLoader
                .load(AnyioRuntime.class, AnyIO.class.getClassLoader()).findFirst().orElse(null);
    }

    /**
     * The names of the backends.
     *
     * @return {@code carrier} and {@code pool}
     */
    public static List<String> backends() {
        return BACKENDS;
    }

    /**
     * The class that a cancelled checkpoint throws.
     *
     * @return {@link CancelledError}
     */
    public static Class<CancelledError> cancelledClass() {
        return CancelledError.class;
    }

    // ---- time

    /**
     * Waits. A checkpoint that always lets others run. AnyIO differs: a negative time is as good as zero on every
     * backend.
     *
     * @param time how long at least; zero or less lets others run once
     */
    public static void sleep(Duration time) {
        Objects.requireNonNull(time, "AnyIO.sleep: the time is null");
        TaskContext.current("AnyIO.sleep").sleep(time);
    }

    /**
     * Waits until a point in time. A checkpoint that always lets others run.
     *
     * @param deadline when to go on; one in the past lets others run once
     */
    public static void sleepUntil(Deadline deadline) {
        Objects.requireNonNull(deadline, "AnyIO.sleepUntil: the deadline is null");
        TaskContext.current("AnyIO.sleepUntil").sleepUntil(deadline);
    }

    /** Waits until it is cancelled. A checkpoint. */
    public static void sleepForever() {
        TaskContext.current("AnyIO.sleepForever").sleepUntil(Deadline.NEVER);
    }

    /**
     * The time on the loop's monotonic clock.
     *
     * @return now
     */
    public static Deadline currentTime() {
        return TaskContext.current("AnyIO.currentTime").currentTime();
    }

    /**
     * The earliest deadline of the scopes that can cancel the current task.
     *
     * @return {@link Deadline#NEVER} if there is none, {@link Deadline#PAST} if the task is cancelled
     */
    public static Deadline currentEffectiveDeadline() {
        return TaskContext.current("AnyIO.currentEffectiveDeadline").currentEffectiveDeadline();
    }

    // ---- checkpoints

    /** A checkpoint that always lets others run: for loops that compute. */
    public static void checkpoint() {
        TaskContext.current("AnyIO.checkpoint").yieldNow();
    }

    /** Throws if the task is cancelled; if it does not throw, it lets nobody run. */
    public static void checkpointIfCancelled() {
        TaskContext.current("AnyIO.checkpointIfCancelled").checkCancelled();
    }

    /** Lets others run; never throws for a cancellation. */
    public static void cancelShieldedCheckpoint() {
        TaskContext.current("AnyIO.cancelShieldedCheckpoint").yieldShielded();
    }

    /**
     * Whether the next checkpoint of the current task would throw.
     *
     * @return true if the task is cancelled
     */
    public static boolean hasPendingCancellation() {
        return TaskContext.current("AnyIO.hasPendingCancellation").cancellationPending();
    }

    // ---- scopes and groups

    /**
     * Makes a cancel scope.
     *
     * @return the scope, not yet entered
     */
    public static CancelScope openCancelScope() {
        return openCancelScope(options -> options);
    }

    /**
     * Makes a cancel scope, with options.
     *
     * @param options changes the default options
     * @return the scope, not yet entered
     */
    public static CancelScope openCancelScope(UnaryOperator<ScopeOptions> options) {
        return TaskContext.current("AnyIO.openCancelScope").openCancelScope(chosen(options, ScopeOptions.DEFAULT));
    }

    /**
     * Runs a block and cuts it short when the time has passed, counted from now.
     *
     * @param <X> the block's checked exception
     * @param timeout how long the block may take
     * @param block the code
     * @return whether the block finished
     * @throws X if the block throws it
     */
    public static <X extends Exception> boolean moveOnAfter(Duration timeout, Block<X> block) throws X {
        CancelScope scope = openCancelScope(options -> options.timeout(timeout));
        scope.run(block);
        return !scope.cancelledCaught();
    }

    /**
     * Runs a block with its scope and cuts it short when the time has passed, counted from now.
     *
     * @param <X> the block's checked exception
     * @param timeout how long the block may take
     * @param block the code
     * @return whether the block finished
     * @throws X if the block throws it
     */
    public static <X extends Exception> boolean moveOnAfter(Duration timeout, BlockWith<CancelScope, X> block)
            throws X {
        Objects.requireNonNull(block, "AnyIO.moveOnAfter: the block is null");
        CancelScope scope = openCancelScope(options -> options.timeout(timeout));
        scope.run(() -> block.run(scope));
        return !scope.cancelledCaught();
    }

    /**
     * Runs a body and cuts it short when the time has passed, counted from now.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param timeout how long the body may take
     * @param body the code
     * @param otherwise the value if the body was cut short
     * @return the body's value, or {@code otherwise}
     * @throws X if the body throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T moveOnAfter(Duration timeout, Body<T, X> body,
            T otherwise) throws X {
        return openCancelScope(options -> options.timeout(timeout)).call(body, otherwise);
    }

    /**
     * Runs a block and cuts it short at a deadline.
     *
     * @param <X> the block's checked exception
     * @param deadline when the block is cut short
     * @param block the code
     * @return whether the block finished
     * @throws X if the block throws it
     */
    public static <X extends Exception> boolean moveOnAt(Deadline deadline, Block<X> block) throws X {
        CancelScope scope = openCancelScope(options -> options.deadline(deadline));
        scope.run(block);
        return !scope.cancelledCaught();
    }

    /**
     * Runs a block and fails if it does not finish in time, counted from now.
     *
     * @param <X> the block's checked exception
     * @param timeout how long the block may take
     * @param block the code
     * @throws X if the block throws it
     * @throws TimedOutException if the deadline, and nothing else, cut the block short
     */
    public static <X extends Exception> void failAfter(Duration timeout, Block<X> block) throws X {
        Objects.requireNonNull(block, "AnyIO.failAfter: the block is null");
        failAfter(timeout, (CancelScope _) -> block.run());
    }

    /**
     * Runs a block with its scope and fails if it does not finish in time, counted from now. An explicit cancel of the
     * scope ends the block silently.
     *
     * @param <X> the block's checked exception
     * @param timeout how long the block may take
     * @param block the code
     * @throws X if the block throws it
     * @throws TimedOutException if the deadline, and nothing else, cut the block short
     */
    public static <X extends Exception> void failAfter(Duration timeout, BlockWith<CancelScope, X> block) throws X {
        Objects.requireNonNull(block, "AnyIO.failAfter: the block is null");
        CancelScope scope = openCancelScope(options -> options.timeout(timeout));
        scope.run(() -> block.run(scope));
        TaskContext.current("AnyIO.failAfter").failIfTimedOut(scope);
    }

    /**
     * Runs a body and fails if it does not finish in time, counted from now.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param timeout how long the body may take
     * @param body the code
     * @return the body's value
     * @throws X if the body throws it
     * @throws TimedOutException if the deadline cut the body short
     */
    public static <T extends @Nullable Object, X extends Exception> T failAfter(Duration timeout, Body<T, X> body)
            throws X {
        Objects.requireNonNull(body, "AnyIO.failAfter: the body is null");
        CancelScope scope = openCancelScope(options -> options.timeout(timeout));
        return failIfTimedOut(scope, scope.<@Nullable T, X>call(() -> body.call(), null));
    }

    @SuppressWarnings("NullAway") // the value stands for none only if the scope timed out
    private static <T extends @Nullable Object> T failIfTimedOut(CancelScope scope, @Nullable T value) {
        TaskContext.current("AnyIO.failAfter").failIfTimedOut(scope);
        return value;
    }

    /**
     * Runs a block and fails if it does not finish by a deadline.
     *
     * @param <X> the block's checked exception
     * @param deadline when the block is cut short
     * @param block the code
     * @throws X if the block throws it
     * @throws TimedOutException if the deadline cut the block short
     */
    public static <X extends Exception> void failAt(Deadline deadline, Block<X> block) throws X {
        CancelScope scope = openCancelScope(options -> options.deadline(deadline));
        scope.run(block);
        TaskContext.current("AnyIO.failAt").failIfTimedOut(scope);
    }

    /**
     * Makes a task group whose children throw only unchecked errors as themselves.
     *
     * @return the group, not yet entered
     */
    public static TaskGroup<RuntimeException> createTaskGroup() {
        return createTaskGroup(RuntimeException.class);
    }

    /**
     * Makes a task group.
     *
     * @param <E> the checked exception of a child that may leave as itself
     * @param childError its class
     * @return the group, not yet entered
     */
    public static <E extends Exception> TaskGroup<E> createTaskGroup(Class<E> childError) {
        return createTaskGroup(childError, options -> options);
    }

    /**
     * Makes a task group, with options.
     *
     * @param <E> the checked exception of a child that may leave as itself
     * @param childError its class
     * @param options changes the default options
     * @return the group, not yet entered
     */
    public static <E extends Exception> TaskGroup<E> createTaskGroup(Class<E> childError,
            UnaryOperator<GroupOptions> options) {
        return TaskContext.current("AnyIO.createTaskGroup").createTaskGroup(childError,
                chosen(options, GroupOptions.DEFAULT));
    }

    /**
     * Runs foreign blocking code, which a cancellation ends by interrupting its thread; elsewhere a cancellation waits
     * for the next checkpoint and interrupts nothing.
     *
     * <p>An {@link InterruptedException} or {@link java.nio.channels.ClosedByInterruptException} that the interrupt
     * causes, also as the cause of another exception, becomes a {@link CancelledError}; the interrupt flag is clear
     * afterwards, unless somebody else had set it before. Only scopes around this call interrupt: one that is opened
     * inside does not, and a shield inside holds the interrupt back. On the backend {@code pool} the loop stands still
     * meanwhile; on {@code carrier} it does if the code blocks the loop's thread, and then only a cancel from another
     * thread interrupts, not a deadline.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws CancelledError if a cancellation ended the body
     */
    public static <T extends @Nullable Object, X extends Exception> T interruptibly(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "AnyIO.interruptibly: the body is null");
        return TaskContext.current("AnyIO.interruptibly").interruptibly(body);
    }

    // ---- synchronization

    /**
     * Makes an event.
     *
     * @return the event, not set
     */
    public static Event createEvent() {
        return service(Synchronization.class).createEvent();
    }

    /**
     * Makes a lock.
     *
     * @return the lock, free
     */
    public static Lock createLock() {
        return service(Synchronization.class).createLock();
    }

    /**
     * Makes a condition with a lock of its own.
     *
     * @return the condition
     */
    public static Condition createCondition() {
        return service(Synchronization.class).createCondition();
    }

    /**
     * Makes a condition on a lock, which other conditions may share.
     *
     * @param lock a lock of AnyIO's
     * @return the condition
     * @throws IllegalArgumentException if the lock is not one of AnyIO's
     */
    public static Condition createCondition(Lock lock) {
        return service(Synchronization.class).createCondition(lock);
    }

    /**
     * Makes a semaphore without a maximum.
     *
     * @param initialValue how many slots are free at first
     * @return the semaphore
     * @throws IllegalArgumentException if the value is negative
     */
    public static Semaphore createSemaphore(int initialValue) {
        return service(Synchronization.class).createSemaphore(initialValue);
    }

    /**
     * Makes a semaphore, with options.
     *
     * @param initialValue how many slots are free at first
     * @param options changes the default options
     * @return the semaphore
     * @throws IllegalArgumentException if the value is negative or exceeds the maximum
     */
    public static Semaphore createSemaphore(int initialValue, UnaryOperator<SemaphoreOptions> options) {
        return service(Synchronization.class).createSemaphore(initialValue, options);
    }

    /**
     * Makes a limiter.
     *
     * @param totalTokens how many tokens it lends; {@link CapacityLimiter#UNLIMITED} for any number; with zero all wait
     * until the total is raised
     * @return the limiter
     * @throws IllegalArgumentException if the total is negative
     */
    public static CapacityLimiter createCapacityLimiter(int totalTokens) {
        return service(Synchronization.class).createCapacityLimiter(totalTokens);
    }

    /**
     * Makes a limiter, with options.
     *
     * @param totalTokens how many tokens it lends; {@link CapacityLimiter#UNLIMITED} for any number; with zero all wait
     * until the total is raised
     * @param options changes the default options
     * @return the limiter
     * @throws IllegalArgumentException if the total is negative
     */
    public static CapacityLimiter createCapacityLimiter(int totalTokens,
            UnaryOperator<CapacityLimiterOptions> options) {
        return service(Synchronization.class).createCapacityLimiter(totalTokens, options);
    }

    /**
     * Makes a guard which refuses a second user of a resource.
     *
     * @param action what is done with the resource, for the message, for example {@code reading from}
     * @return the guard, not in use
     */
    public static ResourceGuard createResourceGuard(String action) {
        return service(Synchronization.class).createResourceGuard(action);
    }

    // ---- several bodies at once

    /**
     * Runs several bodies at once, each in a task of its own, and returns their values. A failure cancels the others
     * and leaves as itself; several leave in one group. A checkpoint; a cancellation cancels the bodies and waits for
     * them.
     *
     * <p>If every body has returned, their values are returned, also if a cancellation has come since: the next
     * checkpoint throws it. If not, nobody gets the values of those that have: each that is an {@link AutoCloseable} is
     * closed, in a cancelled scope as by {@link #closeForcefully}. A body that returns what it does not own, such as a
     * shared client, returns it in something that cannot be closed.
     *
     * @param <T> the type of the values
     * @param <X> the bodies' checked exception
     * @param bodies the code
     * @return the values in the order of the bodies, unmodifiable; empty if there are no bodies
     * @throws X if a body throws it
     * @throws io.anyio.api.task.ExceptionGroup if several fail
     */
    @SafeVarargs @SuppressWarnings("varargs") // the array goes no further
    public static <T extends @Nullable Object, X extends Exception> List<T> gather(
            Body<? extends T, ? extends X>... bodies) throws X {
        return AnyIO.<T, X>gather(listOf(bodies));
    }

    /**
     * Runs several bodies at once, each in a task of its own, and returns their values. A failure cancels the others
     * and leaves as itself; several leave in one group. A checkpoint; a cancellation cancels the bodies and waits for
     * them.
     *
     * <p>If every body has returned, their values are returned, also if a cancellation has come since: the next
     * checkpoint throws it. If not, nobody gets the values of those that have: each that is an {@link AutoCloseable} is
     * closed, in a cancelled scope as by {@link #closeForcefully}. A body that returns what it does not own, such as a
     * shared client, returns it in something that cannot be closed.
     *
     * @param <T> the type of the values
     * @param <X> the bodies' checked exception
     * @param bodies the code
     * @return the values in the order of the bodies, unmodifiable; empty if there are no bodies
     * @throws X if a body throws it
     * @throws io.anyio.api.task.ExceptionGroup if several fail
     */
    public static <T extends @Nullable Object, X extends Exception> List<T> gather(
            List<? extends Body<? extends T, ? extends X>> bodies) throws X {
        return Gathering.in("AnyIO.gather").<T, X>all(bodies);
    }

    /**
     * Calls a function with each item, some at once, each in a task of its own, and returns the values. The items may
     * come from a stream, for example a receive end: the next one is asked for when a call may begin, so that none is
     * lost: each item that was taken is given to a call. A failure cancels the others and leaves as itself; several
     * leave in one group. A checkpoint; a cancellation cancels the calls and waits for them.
     *
     * <p>If all calls have returned and there are no more items, the values are returned, also if a cancellation has
     * come since. If not, the values that nobody gets are closed; see {@link #gather(List)}.
     *
     * @param <P> the type of the items
     * @param <T> the type of the values
     * @param <X> the function's checked exception
     * @param items what the function is called with
     * @param limit how many calls run at once, at least 1; {@link Integer#MAX_VALUE} for all
     * @param function the code
     * @return the values in the order of the items, unmodifiable
     * @throws X if the function throws it
     * @throws io.anyio.api.task.ExceptionGroup if several calls fail
     * @throws IllegalArgumentException if the limit is less than 1
     */
    public static <P extends @Nullable Object, T extends @Nullable Object, X extends Exception> List<T> map(
            Iterable<? extends P> items, int limit,
            BodyWith<? super P, ? extends T, ? extends X> function) throws X {
        return Gathering.in("AnyIO.map").<P, T, X>map(items, limit, function);
    }

    /**
     * Runs several bodies at once, each in a task of its own, and gives their values to a block in the order in which
     * they come. When the block ends, the bodies that still run are cancelled and awaited. A failure of a body cancels
     * the block and the others, and leaves as itself. A checkpoint. A value that the iteration has given belongs to the
     * block; those which it has not come to are closed, see {@link #gather(List)}.
     *
     * @param <T> the type of the values
     * @param <X> the bodies' checked exception
     * @param <Y> the block's checked exception
     * @param bodies the code
     * @param block is given the values, to be iterated over once; the iteration ends when all have come
     * @throws X if a body throws it
     * @throws Y if the block throws it
     * @throws io.anyio.api.task.ExceptionGroup if several fail
     * @throws IllegalArgumentException if there are no bodies
     */
    public static <T extends @Nullable Object, X extends Exception, Y extends Exception> void asCompleted(
            List<? extends Body<? extends T, ? extends X>> bodies,
            BlockWith<? super Iterable<Completed<T>>, ? extends Y> block)
            throws X, Y {
        Gathering.in("AnyIO.asCompleted").<T, X, Y>asCompleted(bodies, block);
    }

    /**
     * Runs several bodies at once, each in a task of its own, and returns the value of the first one that returns; the
     * others are cancelled and awaited. A body that fails is out of the race, and its exception matters only if all
     * fail; what losers throw after the end is dropped, except errors. A checkpoint; a cancellation cancels the bodies
     * and waits for them.
     *
     * <p>If a body has won, its value is returned, also if a cancellation has come since. A value that a loser returns
     * all the same is closed, and the winner's if an error leaves; see {@link #gather(List)}.
     *
     * @param <T> the type of the value
     * @param <X> the bodies' checked exception
     * @param bodies the code
     * @return the value of the winner
     * @throws X if there is one body only, and it fails
     * @throws io.anyio.api.task.ExceptionGroup if all fail
     * @throws IllegalArgumentException if there are no bodies
     */
    @SafeVarargs @SuppressWarnings("varargs") // the array goes no further
    public static <T extends @Nullable Object, X extends Exception> T race(Body<? extends T, ? extends X>... bodies)
            throws X {
        return AnyIO.<T, X>race(listOf(bodies));
    }

    /**
     * Runs several bodies at once, each in a task of its own, and returns the value of the first one that returns; the
     * others are cancelled and awaited. A body that fails is out of the race, and its exception matters only if all
     * fail; what losers throw after the end is dropped, except errors. A checkpoint; a cancellation cancels the bodies
     * and waits for them.
     *
     * <p>If a body has won, its value is returned, also if a cancellation has come since. A value that a loser returns
     * all the same is closed, and the winner's if an error leaves; see {@link #gather(List)}.
     *
     * @param <T> the type of the value
     * @param <X> the bodies' checked exception
     * @param bodies the code
     * @return the value of the winner
     * @throws X if there is one body only, and it fails
     * @throws io.anyio.api.task.ExceptionGroup if all fail
     * @throws IllegalArgumentException if there are no bodies
     */
    public static <T extends @Nullable Object, X extends Exception> T race(
            List<? extends Body<? extends T, ? extends X>> bodies) throws X {
        return Gathering.in("AnyIO.race").<T, X>race(bodies);
    }

    // ---- streams in memory, resources

    /**
     * Makes a memory object stream without a buffer: each send waits until a receiver takes the item. In plain Java
     * also outside of tasks; in a container the service {@link MemoryStreams} makes streams there.
     *
     * @param <T> the type of the items
     * @return both ends
     */
    public static <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream() {
        return createMemoryObjectStream(0);
    }

    /**
     * Makes a memory object stream. In plain Java also outside of tasks; in a container the service
     * {@link MemoryStreams} makes streams there.
     *
     * @param <T> the type of the items
     * @param maxBufferSize how many items may wait in the stream until {@code send} waits, or
     * {@link MemoryObjectStream#UNLIMITED}
     * @return both ends
     * @throws IllegalArgumentException if the size is negative
     */
    public static <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream(int maxBufferSize) {
        return service(MemoryStreams.class).createMemoryObjectStream(maxBufferSize);
    }

    /**
     * Makes a connection in memory. In plain Java also outside of tasks; in a container the service
     * {@link MemoryStreams} makes connections there.
     *
     * @param bufferSize how many bytes may wait in each direction until {@code send} waits, at least 1
     * @return both sides
     * @throws IllegalArgumentException if the size is less than 1
     */
    public static MemoryByteStreams createMemoryByteStreams(int bufferSize) {
        return service(MemoryStreams.class).createMemoryByteStreams(bufferSize);
    }

    /**
     * Closes a resource in a cancelled scope: at once, without waiting for a graceful end. The cancellation stays
     * inside, also if the caller is cancelled himself.
     *
     * @param resource what to close
     * @throws IOException if closing fails otherwise than by the cancellation
     */
    public static void closeForcefully(AsyncResource resource) throws IOException {
        Objects.requireNonNull(resource, "AnyIO.closeForcefully: the resource is null");
        CancelScope scope = openCancelScope(options -> options.shield(true));
        scope.cancel("the resource is closed forcefully");
        scope.run(resource::close);
    }

    // ---- threads

    /**
     * Runs blocking code in a worker thread and waits for it. A checkpoint, which throws in a cancelled scope before
     * the body starts; a cancellation that comes later is held back until the body has ended.
     *
     * <p>At most so many bodies run at a time as the {@linkplain #currentDefaultWorkerThreadLimiter() default limiter}
     * has tokens. Inside, {@link #runFromThread} calls back into the loop.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code, which runs on another thread
     * @return its value
     * @throws X if the body throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T runInWorkerThread(Body<T, X> body) throws X {
        return threads("AnyIO.runInWorkerThread").runInWorkerThread(body, WorkerOptions.DEFAULT);
    }

    /**
     * Runs blocking code in a worker thread, with options, and waits for it. A checkpoint, which throws in a cancelled
     * scope before the body starts, and while it waits for the limiter's token.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code, which runs on another thread
     * @param options changes the default options
     * @return its value
     * @throws X if the body throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T runInWorkerThread(Body<T, X> body,
            UnaryOperator<WorkerOptions> options)
            throws X {
        return threads("AnyIO.runInWorkerThread").runInWorkerThread(body, chosen(options, WorkerOptions.DEFAULT));
    }

    /**
     * Runs blocking code without a value in a worker thread and waits for it; see {@link #runInWorkerThread(Body)}.
     *
     * @param <X> the block's checked exception
     * @param block the code, which runs on another thread
     * @throws X if the block throws it
     */
    public static <X extends Exception> void runInWorkerThread(Block<X> block) throws X {
        threads("AnyIO.runInWorkerThread").runInWorkerThread(asBody(block), WorkerOptions.DEFAULT);
    }

    /**
     * Runs blocking code without a value in a worker thread, with options, and waits for it; see
     * {@link #runInWorkerThread(Body, UnaryOperator)}.
     *
     * @param <X> the block's checked exception
     * @param block the code, which runs on another thread
     * @param options changes the default options
     * @throws X if the block throws it
     */
    public static <X extends Exception> void runInWorkerThread(Block<X> block, UnaryOperator<WorkerOptions> options)
            throws X {
        threads("AnyIO.runInWorkerThread").runInWorkerThread(asBody(block), chosen(options, WorkerOptions.DEFAULT));
    }

    /**
     * The limiter of the worker threads of calls that name none: 40 tokens, one limiter for each run.
     *
     * @return the current run's
     */
    public static CapacityLimiter currentDefaultWorkerThreadLimiter() {
        return threads("AnyIO.currentDefaultWorkerThreadLimiter").defaultLimiter();
    }

    /**
     * Runs a body as a task of the loop that a worker thread works for, and waits for its end; on the worker thread.
     * The task is in the scopes of the task that waits for the worker; if the worker's call can be abandoned it is
     * outside of all scopes of the code, so that it goes on when the call is.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code, which may use every operation of a task
     * @return its value
     * @throws X if the body throws it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no worker thread
     * @throws io.anyio.api.task.LoopClosedException if the worker was abandoned and its run has finished
     */
    public static <T extends @Nullable Object, X extends Exception> T runFromThread(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "AnyIO.runFromThread: the body is null");
        return worker("AnyIO.runFromThread").call(body, body);
    }

    /**
     * Runs a block as a task of the loop that a worker thread works for, and waits for its end; see
     * {@link #runFromThread(Body)}.
     *
     * @param <X> the block's checked exception
     * @param block the code, which may use every operation of a task
     * @throws X if the block throws it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no worker thread
     * @throws io.anyio.api.task.LoopClosedException if the worker was abandoned and its run has finished
     */
    public static <X extends Exception> void runFromThread(Block<X> block) throws X {
        Body<@Nullable Void, X> body = asBody(block);
        worker("AnyIO.runFromThread").call(body, block);
    }

    /**
     * In a worker thread: throws {@link CancelledError} if the task that called the worker is cancelled, also after it
     * has left. For long work that wants to end then.
     *
     * @throws io.anyio.api.task.NoEventLoopException if the caller is no worker thread
     */
    public static void checkCancelled() {
        worker("AnyIO.checkCancelled").checkCancelled();
    }

    private static WorkerContext worker(String what) {
        WorkerContext worker = ThreadContext.workerOrNull();
        if (worker == null) {
            throw new NoEventLoopException(what + " can only be called in a worker thread of AnyIO, but the thread '"
                    + Thread.currentThread().getName() + "' is " + (TaskContext.currentOrNull() == null
                            ? "none: use a portal, or the token of a run (AnyIO.currentToken)"
                            : "a task: call the code directly, or AnyIO.checkpointIfCancelled"));
        }
        return worker;
    }

    /**
     * A token of the current run, by which any other thread can call in.
     *
     * @return the token
     */
    public static RunToken currentToken() {
        return threads("AnyIO.currentToken").currentToken();
    }

    /**
     * Makes a portal through which other threads run code in the current loop; its {@link BlockingPortal#run} opens it.
     *
     * @return the portal, not yet open
     */
    public static BlockingPortal createBlockingPortal() {
        return threads("AnyIO.createBlockingPortal").createBlockingPortal();
    }

    /**
     * Starts an event loop in a daemon thread of its own, with a portal into it. One that a task starts is stopped at
     * the end of the task's run, its tasks cancelled. In a container inject {@link io.anyio.api.thread.Portals}.
     *
     * @return the portal, to be closed
     * @throws IllegalStateException if a framework hides the implementation
     */
    public static BlockingPortal startBlockingPortal() {
        return service(Portals.class).start();
    }

    /**
     * Starts an event loop in a daemon thread of its own, with options, and a portal into it; see
     * {@link #startBlockingPortal()}.
     *
     * @param options changes the default options
     * @return the portal, to be closed
     * @throws IllegalArgumentException if there is no such backend
     * @throws IllegalStateException if a framework hides the implementation, or the backend is not available
     */
    public static BlockingPortal startBlockingPortal(UnaryOperator<LoopOptions> options) {
        return service(Portals.class).start(options);
    }

    private static Threads threads(String what) {
        return TaskContext.current(what).runtime().require(Threads.class);
    }

    // ---- debugging

    /**
     * The current task.
     *
     * @return its id, parent, name and thread
     */
    public static TaskInfo getCurrentTask() {
        return TaskContext.current("AnyIO.getCurrentTask").info();
    }

    /**
     * All tasks of the current loop that have not ended.
     *
     * @return a snapshot in order of their ids, with the current task
     */
    public static List<TaskInfo> getRunningTasks() {
        return TaskContext.current("AnyIO.getRunningTasks").runningTasks();
    }

    /**
     * Waits until every other task of the loop waits in an operation of the library. A task in foreign blocking code
     * counts as running. A checkpoint.
     */
    public static void waitAllTasksBlocked() {
        TaskContext.current("AnyIO.waitAllTasksBlocked").awaitAllTasksBlocked();
    }

    private static <O> O chosen(UnaryOperator<O> options, O defaults) {
        Objects.requireNonNull(options, "What changes the options is null: options -> options changes nothing");
        return Objects.requireNonNull(options.apply(defaults), "The options are null: return the changed ones");
    }

    private static <B> List<B> listOf(B[] bodies) {
        return Arrays.asList(Objects.requireNonNull(bodies, "The bodies are null"));
    }

    private static <X extends Exception> Body<@Nullable Void, X> asBody(Block<X> block) {
        Objects.requireNonNull(block, "The block is null");
        return Bodies.of(block);
    }
}
