package io.anyio.api;

import io.anyio.api.gather.Gathering;
import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Options;
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The operations that code in a task calls, and the methods by which plain Java runs a first task.
 *
 * {@snippet :
 * boolean finished = AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> ask("slow question"));
 * assertFalse(finished);
 * }
 *
 * <p>In a container a bundle injects {@link io.anyio.api.task.EventLoop} to start tasks; in plain Java {@link #run} and
 * {@link #call} do that. All code in a task uses this class in the same way. A method that needs a task throws
 * {@link io.anyio.api.task.NoEventLoopException} if it is called outside one.
 *
 * <p>A <em>checkpoint</em> is an operation at which a task can be cancelled and others can run. First it throws
 * {@link CancelledError} if a scope around it has been cancelled. Then it lets other tasks of the loop run if it has to
 * wait, or if the task has used up its share. The documentation of each method says whether it is a checkpoint.
 *
 * <p>Most operations name their counterpart in AnyIO or Trio, and the rules that they follow. The rules and the guides
 * are in the folder {@code docs} of the project's sources.
 *
 * <p>Guide: {@code docs/from-anyio.md}. In AnyIO: {@code anyio.run}.
 */
public final class AnyIO {
    private static final List<String> BACKENDS = List.of("carrier", "pool");

    private AnyIO() {}

    // ---- running

    /**
     * Runs a block as the first task of a new event loop, with the default options; otherwise like
     * {@link #run(Block, UnaryOperator)}.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the caller is a task, or no implementation is visible, as in a container
     */
    public static <X extends Exception> void run(Block<X> block) throws X {
        run(block, options -> options);
    }

    /**
     * Runs a block as the first task of a new event loop, which has a thread of its own, and returns when all tasks of
     * the loop have ended. An interrupt of the calling thread cancels the tasks.
     *
     * <p>In AnyIO: {@code anyio.run}. Rules: EL-01 to EL-04, EL-07, EL-16 of {@code docs/semantics.md}.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @param options changes the default options
     * @throws X if the block throws it
     * @throws IllegalArgumentException if the options name an unknown backend
     * @throws IllegalStateException if the caller is a task, the backend is not available, or no implementation is
     * visible, as in a container
     */
    public static <X extends Exception> void run(Block<X> block, UnaryOperator<LoopOptions> options) throws X {
        runtime().<@Nullable Void, X>call(asBody(block), Options.chosen("AnyIO.run", LoopOptions.DEFAULT, options),
                block);
    }

    /**
     * Runs a body as the first task of a new event loop, and returns its value; otherwise like
     * {@link #run(Block, UnaryOperator)}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws IllegalStateException if the caller is a task, or no implementation is visible, as in a container
     */
    public static <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) throws X {
        return call(body, options -> options);
    }

    /**
     * Runs a body as the first task of a new event loop, with options, and returns its value; otherwise like
     * {@link #run(Block, UnaryOperator)}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @param options changes the default options
     * @return its value
     * @throws X if the body throws it
     * @throws IllegalArgumentException if the options name an unknown backend
     * @throws IllegalStateException if the caller is a task, the backend is not available, or no implementation is
     * visible, as in a container
     */
    public static <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body,
            UnaryOperator<LoopOptions> options) throws X {
        Objects.requireNonNull(body, "AnyIO.call: the body is null");
        return runtime().call(body, Options.chosen("AnyIO.call", LoopOptions.DEFAULT, options), body);
    }

    /**
     * Returns a service in plain Java, where it cannot be injected. All tasks of a run get the same instance. What it
     * opens belongs to the run, and is closed at its end.
     *
     * <p>AnyIO has no counterpart.
     *
     * @param <S> the type of the service
     * @param type its class
     * @return the service
     * @throws IllegalStateException if no jar on the class path provides it
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
     * Returns the names of the backends.
     *
     * <p>In AnyIO: {@code anyio.get_all_backends}. Rules: EL-05 of {@code docs/semantics.md}.
     *
     * @return {@code carrier} and {@code pool}
     */
    public static List<String> backends() {
        return BACKENDS;
    }

    /**
     * Returns the class of the error that a checkpoint throws in a cancelled scope.
     *
     * <p>In AnyIO: {@code anyio.get_cancelled_exc_class}. Rules: EL-06 of {@code docs/semantics.md}.
     *
     * @return {@link CancelledError}
     */
    public static Class<CancelledError> cancelledClass() {
        return CancelledError.class;
    }

    // ---- time

    /**
     * Waits for a duration. A checkpoint that always lets other tasks run. AnyIO differs: on every backend, a negative
     * duration has the same effect as zero.
     *
     * <p>In AnyIO: {@code anyio.sleep}. Rules: EL-11 to EL-15 of {@code docs/semantics.md}.
     *
     * @param time the least time to wait; with zero or less, other tasks run once
     */
    public static void sleep(Duration time) {
        Objects.requireNonNull(time, "AnyIO.sleep: the time is null");
        TaskContext.current("AnyIO.sleep").sleep(time);
    }

    /**
     * Waits until a point in time. A checkpoint that always lets other tasks run.
     *
     * <p>In Trio: {@code trio.sleep_until}.
     *
     * @param deadline the end of the wait; if it is in the past, other tasks run once
     */
    public static void sleepUntil(Deadline deadline) {
        Objects.requireNonNull(deadline, "AnyIO.sleepUntil: the deadline is null");
        TaskContext.current("AnyIO.sleepUntil").sleepUntil(deadline);
    }

    /**
     * Waits until the task is cancelled. A checkpoint.
     *
     * <p>In AnyIO 4: {@code anyio.sleep_forever}. Rules: EL-14 of {@code docs/semantics.md}.
     */
    public static void sleepForever() {
        TaskContext.current("AnyIO.sleepForever").sleepUntil(Deadline.NEVER);
    }

    /**
     * Returns the current time on the loop's monotonic clock. Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.current_time}. Rules: EL-10 of {@code docs/semantics.md}.
     *
     * @return the current time
     */
    public static Deadline currentTime() {
        return TaskContext.current("AnyIO.currentTime").currentTime();
    }

    /**
     * Returns the earliest deadline of the scopes that can cancel the current task. Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.current_effective_deadline}. Rules: CS-64 to CS-68, EL-20 of {@code docs/semantics.md}.
     *
     * @return {@link Deadline#NEVER} if there is none, {@link Deadline#PAST} if the task is cancelled
     */
    public static Deadline currentEffectiveDeadline() {
        return TaskContext.current("AnyIO.currentEffectiveDeadline").currentEffectiveDeadline();
    }

    // ---- checkpoints

    /**
     * A checkpoint that always lets other tasks run. For long computations.
     *
     * <p>In AnyIO 4: {@code anyio.lowlevel.checkpoint}. Rules: CS-07, EL-12 of {@code docs/semantics.md}.
     */
    public static void checkpoint() {
        TaskContext.current("AnyIO.checkpoint").yieldNow();
    }

    /**
     * Throws {@link CancelledError} if the task is cancelled; otherwise returns at once, without letting other tasks
     * run.
     *
     * <p>In AnyIO 4: {@code anyio.lowlevel.checkpoint_if_cancelled}.
     */
    public static void checkpointIfCancelled() {
        TaskContext.current("AnyIO.checkpointIfCancelled").checkCancelled();
    }

    /**
     * Lets other tasks run, and never throws {@link CancelledError}.
     *
     * <p>In AnyIO 4: {@code anyio.lowlevel.cancel_shielded_checkpoint}.
     */
    public static void cancelShieldedCheckpoint() {
        TaskContext.current("AnyIO.cancelShieldedCheckpoint").yieldShielded();
    }

    /**
     * Whether the next checkpoint of the current task throws {@link CancelledError}. Not a checkpoint.
     *
     * <p>In AnyIO 4: {@code anyio.TaskInfo.has_pending_cancellation}. Rules: CS-79 of {@code docs/semantics.md}.
     *
     * @return true if the task is cancelled
     */
    public static boolean hasPendingCancellation() {
        return TaskContext.current("AnyIO.hasPendingCancellation").cancellationPending();
    }

    // ---- scopes and groups

    /**
     * Makes a cancel scope without a deadline, a shield or a name; see {@link CancelScope}. Not a checkpoint.
     *
     * @return the scope, which has not been entered
     */
    public static CancelScope openCancelScope() {
        return scope("AnyIO.openCancelScope", ScopeOptions.DEFAULT);
    }

    /**
     * Makes a cancel scope; see {@link CancelScope}. Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.open_cancel_scope}. Rules: CS-18, CS-38, CS-49 of {@code docs/semantics.md}.
     *
     * @param options changes the default options
     * @return the scope, which has not been entered
     */
    public static CancelScope openCancelScope(UnaryOperator<ScopeOptions> options) {
        return TaskContext.current("AnyIO.openCancelScope")
                .openCancelScope(Options.chosen("AnyIO.openCancelScope", ScopeOptions.DEFAULT, options));
    }

    /**
     * Runs a block, and cancels it when a duration has passed. The time begins now.
     *
     * <p>In AnyIO: {@code anyio.move_on_after}. Rules: CS-50 to CS-54, CS-63, CS-69 of {@code docs/semantics.md}.
     *
     * @param <X> the block's checked exception
     * @param timeout how long the block may take
     * @param block the code
     * @return true if the block ended by itself, false if the scope cancelled it
     * @throws X if the block throws it
     */
    public static <X extends Exception> boolean moveOnAfter(Duration timeout, Block<X> block) throws X {
        CancelScope scope = scope("AnyIO.moveOnAfter", ScopeOptions.DEFAULT.timeout(timeout));
        scope.run(block);
        return !scope.cancelledCaught();
    }

    /**
     * Runs a block that gets its scope, and cancels it when a duration has passed; otherwise like
     * {@link #moveOnAfter(Duration, Block)}. The block may move the deadline of the scope, or cancel it.
     *
     * @param <X> the block's checked exception
     * @param timeout how long the block may take
     * @param block the code
     * @return true if the block ended by itself, false if the scope cancelled it
     * @throws X if the block throws it
     */
    public static <X extends Exception> boolean moveOnAfter(Duration timeout, BlockWith<CancelScope, X> block)
            throws X {
        Objects.requireNonNull(block, "AnyIO.moveOnAfter: the block is null");
        CancelScope scope = scope("AnyIO.moveOnAfter", ScopeOptions.DEFAULT.timeout(timeout));
        scope.call(Bodies.with(block, scope), null);
        return !scope.cancelledCaught();
    }

    /**
     * Runs a body, and cancels it when a duration has passed; otherwise like {@link #moveOnAfter(Duration, Block)}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param timeout how long the body may take
     * @param body the code
     * @param otherwise the value to return if the body is cancelled by the deadline
     * @return the body's value, or {@code otherwise}
     * @throws X if the body throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T moveOnAfter(Duration timeout, Body<T, X> body,
            T otherwise) throws X {
        return scope("AnyIO.moveOnAfter", ScopeOptions.DEFAULT.timeout(timeout)).call(body, otherwise);
    }

    /**
     * Runs a block, and cancels it at a deadline; otherwise like {@link #moveOnAfter(Duration, Block)}.
     *
     * <p>In Trio: {@code trio.move_on_at}.
     *
     * @param <X> the block's checked exception
     * @param deadline the time at which the block is cancelled
     * @param block the code
     * @return true if the block ended by itself, false if the scope cancelled it
     * @throws X if the block throws it
     */
    public static <X extends Exception> boolean moveOnAt(Deadline deadline, Block<X> block) throws X {
        CancelScope scope = scope("AnyIO.moveOnAt", ScopeOptions.DEFAULT.deadline(deadline));
        scope.run(block);
        return !scope.cancelledCaught();
    }

    /**
     * Runs a block, and throws if it does not finish within a duration. The time begins now.
     *
     * <p>In AnyIO: {@code anyio.fail_after}. Rules: CS-55 to CS-62, CS-69 of {@code docs/semantics.md}.
     *
     * @param <X> the block's checked exception
     * @param timeout how long the block may take
     * @param block the code
     * @throws X if the block throws it
     * @throws TimedOutException if the deadline, and nothing else, cancelled the block
     */
    public static <X extends Exception> void failAfter(Duration timeout, Block<X> block) throws X {
        Objects.requireNonNull(block, "AnyIO.failAfter: the block is null");
        TaskContext task = TaskContext.current("AnyIO.failAfter");
        CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.timeout(timeout));
        scope.run(block);
        task.failIfTimedOut(scope);
    }

    /**
     * Runs a block that gets its scope, and throws if it does not finish within a duration; otherwise like
     * {@link #failAfter(Duration, Block)}. The block may move the deadline of the scope. If the scope is cancelled by a
     * call, this method returns normally.
     *
     * @param <X> the block's checked exception
     * @param timeout how long the block may take
     * @param block the code
     * @throws X if the block throws it
     * @throws TimedOutException if the deadline, and nothing else, cancelled the block
     */
    public static <X extends Exception> void failAfter(Duration timeout, BlockWith<CancelScope, X> block) throws X {
        Objects.requireNonNull(block, "AnyIO.failAfter: the block is null");
        TaskContext task = TaskContext.current("AnyIO.failAfter");
        CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.timeout(timeout));
        scope.call(Bodies.with(block, scope), null);
        task.failIfTimedOut(scope);
    }

    /**
     * Runs a body, and throws if it does not finish within a duration; otherwise like
     * {@link #failAfter(Duration, Block)}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param timeout how long the body may take
     * @param body the code
     * @return the body's value
     * @throws X if the body throws it
     * @throws TimedOutException if the deadline cancelled the body
     */
    @SuppressWarnings("NullAway") // the value stands for none only if the scope timed out
    public static <T extends @Nullable Object, X extends Exception> T failAfter(Duration timeout, Body<T, X> body)
            throws X {
        Objects.requireNonNull(body, "AnyIO.failAfter: the body is null");
        TaskContext task = TaskContext.current("AnyIO.failAfter");
        CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.timeout(timeout));
        T value = scope.<@Nullable T, X>call(body, null);
        task.failIfTimedOut(scope);
        return value;
    }

    /**
     * Runs a block, and throws if it does not finish by a deadline; otherwise like {@link #failAfter(Duration, Block)}.
     *
     * <p>In Trio: {@code trio.fail_at}.
     *
     * @param <X> the block's checked exception
     * @param deadline the time at which the block is cancelled
     * @param block the code
     * @throws X if the block throws it
     * @throws TimedOutException if the deadline cancelled the block
     */
    public static <X extends Exception> void failAt(Deadline deadline, Block<X> block) throws X {
        TaskContext task = TaskContext.current("AnyIO.failAt");
        CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.deadline(deadline));
        scope.run(block);
        task.failIfTimedOut(scope);
    }

    /**
     * Makes a task group from which only unchecked errors of the children leave as themselves; otherwise like
     * {@link #createTaskGroup(Class, UnaryOperator)}.
     *
     * @return the group, which has not been run
     */
    public static TaskGroup<RuntimeException> createTaskGroup() {
        return createTaskGroup(RuntimeException.class);
    }

    /**
     * Makes a task group with the default options; otherwise like {@link #createTaskGroup(Class, UnaryOperator)}.
     *
     * @param <E> the checked exception of a child that may leave the group as itself
     * @param childError its class
     * @return the group, which has not been run
     */
    public static <E extends Exception> TaskGroup<E> createTaskGroup(Class<E> childError) {
        return TaskContext.current("AnyIO.createTaskGroup").createTaskGroup(childError, GroupOptions.DEFAULT);
    }

    /**
     * Makes a task group; see {@link TaskGroup}. Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.create_task_group}. Rules: TG-13, TG-21 of {@code docs/semantics.md}.
     *
     * @param <E> the checked exception of a child that may leave the group as itself
     * @param childError its class
     * @param options changes the default options
     * @return the group, which has not been run
     */
    public static <E extends Exception> TaskGroup<E> createTaskGroup(Class<E> childError,
            UnaryOperator<GroupOptions> options) {
        return TaskContext.current("AnyIO.createTaskGroup").createTaskGroup(childError,
                Options.chosen("AnyIO.createTaskGroup", GroupOptions.DEFAULT, options));
    }

    /**
     * Runs blocking code of another library in the task itself, and interrupts it if the task is cancelled. Outside
     * this method a cancellation never interrupts: it takes effect at the next checkpoint.
     *
     * <p>If the interrupt causes an {@link InterruptedException} or a
     * {@link java.nio.channels.ClosedByInterruptException}, possibly as the cause of another exception, this method
     * throws {@link CancelledError} instead. The interrupt status is clear afterwards, unless other code had set it
     * before. Only scopes around this call interrupt; a scope that is opened in the body does not, and a shield in the
     * body delays the interrupt.
     *
     * <p>On the backend {@code pool} no other task of the loop runs in the meantime. On {@code carrier} this is so only
     * if the code blocks the thread of the loop; in that case a deadline cannot interrupt, and a cancel can do so only
     * from another thread. For code that blocks for long, use {@link #runInWorkerThread(Body)}.
     *
     * <p>AnyIO has no counterpart. Rules: CS-83, CS-84 of {@code docs/semantics.md}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @return its value
     * @throws X if the body throws it
     * @throws CancelledError if a cancellation interrupted the body
     */
    public static <T extends @Nullable Object, X extends Exception> T interruptibly(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "AnyIO.interruptibly: the body is null");
        return TaskContext.current("AnyIO.interruptibly").interruptibly(body);
    }

    // ---- bridges

    /**
     * Waits for a stage of other code, such as a {@link java.util.concurrent.CompletableFuture} of an HTTP client, and
     * returns its value. Any thread may complete it. A checkpoint, also if it is complete.
     *
     * {@snippet :
     * CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> "42");
     * assertEquals("42", AnyIO.await(answer));
     * }
     *
     * <p>Cancellation goes both ways. If the waiting task is cancelled, this method throws {@link CancelledError} and
     * cancels {@code stage.toCompletableFuture()}, even if the task was cancelled before; what depends on that future
     * may run in this task then. A stage without such a future goes on. If other code cancels the stage, this method
     * throws {@link java.util.concurrent.CancellationException}, and the task is not cancelled. To let a future go on,
     * wait for a copy of it: {@code AnyIO.await(future.copy())}.
     *
     * <p>A virtual clock does not know who will complete the stage, and goes on; hold it if that is another thread.
     *
     * <p>AnyIO has no counterpart. Rules: BR of {@code docs/beyond.md}.
     *
     * @param <T> the type of the value
     * @param stage the stage
     * @return its value
     * @throws ExecutionException if the stage failed; the cause is its exception
     * @throws java.util.concurrent.CancellationException if the stage was cancelled
     * @throws CancelledError if the task was cancelled
     */
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage) throws ExecutionException {
        Objects.requireNonNull(stage, "AnyIO.await: the stage is null");
        return TaskContext.current("AnyIO.await").await(stage);
    }

    // ---- synchronization

    /**
     * Makes an event; see {@link Event}. In plain Java this also works outside tasks; in a container,
     * {@link Synchronization} makes events outside tasks. Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.create_event}. Rules: EV-09 of {@code docs/semantics.md}.
     *
     * @return the event, which is not set
     */
    public static Event createEvent() {
        return service(Synchronization.class).createEvent();
    }

    /**
     * Makes a lock; see {@link Lock}. Where it works is as with {@link #createEvent}.
     *
     * <p>In AnyIO: {@code anyio.create_lock}. Rules: LK-15 of {@code docs/semantics.md}.
     *
     * @return the lock, which is free
     */
    public static Lock createLock() {
        return service(Synchronization.class).createLock();
    }

    /**
     * Makes a condition that has a lock of its own; see {@link Condition}. Where it works is as with
     * {@link #createEvent}.
     *
     * <p>In AnyIO: {@code anyio.create_condition}. Rules: CO-01 of {@code docs/semantics.md}.
     *
     * @return the condition
     */
    public static Condition createCondition() {
        return service(Synchronization.class).createCondition();
    }

    /**
     * Makes a condition that uses a given lock. Several conditions may share a lock. Where it works is as with
     * {@link #createEvent}.
     *
     * <p>In AnyIO: {@code anyio.create_condition}. Rules: CO-15, CO-16 of {@code docs/semantics.md}.
     *
     * @param lock a lock that AnyIO has made
     * @return the condition
     * @throws IllegalArgumentException if the lock is of another implementation
     */
    public static Condition createCondition(Lock lock) {
        return service(Synchronization.class).createCondition(lock);
    }

    /**
     * Makes a semaphore that has no maximum; see {@link #createSemaphore(int, UnaryOperator)}.
     *
     * @param initialValue how many slots are free at the beginning
     * @return the semaphore
     * @throws IllegalArgumentException if the value is negative
     */
    public static Semaphore createSemaphore(int initialValue) {
        return service(Synchronization.class).createSemaphore(initialValue);
    }

    /**
     * Makes a semaphore; see {@link Semaphore}. Where it works is as with {@link #createEvent}.
     *
     * <p>In AnyIO: {@code anyio.create_semaphore}. Rules: SE-01, SE-10 to SE-12 of {@code docs/semantics.md}.
     *
     * @param initialValue how many slots are free at the beginning
     * @param options changes the default options
     * @return the semaphore
     * @throws IllegalArgumentException if the value is negative or exceeds the maximum
     */
    public static Semaphore createSemaphore(int initialValue, UnaryOperator<SemaphoreOptions> options) {
        return service(Synchronization.class).createSemaphore(initialValue, options);
    }

    /**
     * Makes a capacity limiter that has no name; see {@link #createCapacityLimiter(int, UnaryOperator)}.
     *
     * @param totalTokens how many tokens there are; {@link CapacityLimiter#UNLIMITED} for no limit; with zero, tasks
     * wait until the total is raised
     * @return the limiter
     * @throws IllegalArgumentException if the total is negative
     */
    public static CapacityLimiter createCapacityLimiter(int totalTokens) {
        return service(Synchronization.class).createCapacityLimiter(totalTokens);
    }

    /**
     * Makes a capacity limiter; see {@link CapacityLimiter}. Where it works is as with {@link #createEvent}.
     *
     * <p>In AnyIO: {@code anyio.create_capacity_limiter}. Rules: CL-01 to CL-03, CL-24 of {@code docs/semantics.md}.
     *
     * @param totalTokens how many tokens there are; {@link CapacityLimiter#UNLIMITED} for no limit; with zero, tasks
     * wait until the total is raised
     * @param options changes the default options
     * @return the limiter
     * @throws IllegalArgumentException if the total is negative
     */
    public static CapacityLimiter createCapacityLimiter(int totalTokens,
            UnaryOperator<CapacityLimiterOptions> options) {
        return service(Synchronization.class).createCapacityLimiter(totalTokens, options);
    }

    /**
     * Makes a guard that refuses a second user of a resource; see {@link ResourceGuard}. Where it works is as with
     * {@link #createEvent}.
     *
     * <p>In AnyIO 4: {@code anyio.ResourceGuard}. Rules: EX-02 of {@code docs/semantics.md}.
     *
     * @param action what a task does with the resource, for the message, for example {@code reading from}
     * @return the guard, which is not in use
     */
    public static ResourceGuard createResourceGuard(String action) {
        return service(Synchronization.class).createResourceGuard(action);
    }

    // ---- several bodies at once

    /**
     * Runs several bodies concurrently; see {@link #gather(List)}.
     *
     * @param <T> the type of the values
     * @param <X> the bodies' checked exception
     * @param bodies the code
     * @return the values in the order of the bodies, unmodifiable; empty if there are no bodies
     * @throws X if a body throws it
     * @throws io.anyio.api.task.ExceptionGroup if several bodies fail
     */
    @SafeVarargs @SuppressWarnings("varargs") // the array goes no further
    public static <T extends @Nullable Object, X extends Exception> List<T> gather(
            Body<? extends T, ? extends X>... bodies) throws X {
        return AnyIO.<T, X>gather(listOf(bodies));
    }

    /**
     * Runs several bodies concurrently, each in a task of its own, and returns their values. If one fails, the others
     * are cancelled, and its exception is thrown; if several fail, an {@link io.anyio.api.task.ExceptionGroup} is
     * thrown. A checkpoint; a cancellation cancels the bodies and waits for them.
     *
     * <p>If all bodies have returned, this method returns their values even if a cancellation has arrived since; the
     * next checkpoint throws it. Otherwise the caller does not get the values of the bodies that have returned: each
     * value that is an {@link AutoCloseable} is closed as {@link #closeForcefully} does. A body that returns an object
     * that it does not own, such as a shared client, must therefore wrap it in one that cannot be closed.
     *
     * <p>AnyIO has no counterpart.
     *
     * @param <T> the type of the values
     * @param <X> the bodies' checked exception
     * @param bodies the code; the list is copied
     * @return the values in the order of the bodies, unmodifiable; empty if there are no bodies
     * @throws X if a body throws it
     * @throws io.anyio.api.task.ExceptionGroup if several bodies fail
     */
    public static <T extends @Nullable Object, X extends Exception> List<T> gather(
            List<? extends Body<? extends T, ? extends X>> bodies) throws X {
        return Gathering.in("AnyIO.gather").<T, X>all(bodies);
    }

    /**
     * Calls a function for each item, with a limited number of concurrent calls, each in a task of its own, and returns
     * the values. If a call fails, the others are cancelled, and its exception is thrown; if several fail, an
     * {@link io.anyio.api.task.ExceptionGroup} is thrown. A checkpoint; a cancellation cancels the calls and waits for
     * them.
     *
     * <p>The items may come from a stream, for example the receive end of a memory object stream. An item is taken only
     * when a call can begin, so that no item is lost. A {@link java.util.Collection} is copied before the first call.
     *
     * <p>If there are no more items and all calls have returned, this method returns their values even if a
     * cancellation has arrived since. Otherwise the values are closed, as {@link #gather(List)} describes.
     *
     * <p>AnyIO has no counterpart.
     *
     * @param <P> the type of the items
     * @param <T> the type of the values
     * @param <X> the function's checked exception
     * @param items the arguments of the calls
     * @param limit the largest number of concurrent calls, at least 1; {@link Integer#MAX_VALUE} for no limit
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
     * Runs several bodies concurrently, each in a task of its own, and gives their values to a block in the order in
     * which the bodies return. When the block ends, the bodies that still run are cancelled and awaited. If a body
     * fails, the block and the other bodies are cancelled, and its exception is thrown. A checkpoint.
     *
     * <p>A value belongs to the block as soon as the iteration has returned it. The other values are closed, as
     * {@link #gather(List)} describes.
     *
     * <p>AnyIO has no counterpart.
     *
     * @param <T> the type of the values
     * @param <X> the bodies' checked exception
     * @param <Y> the block's checked exception
     * @param bodies the code; the list is copied
     * @param block the code, which gets the values as an iteration that can be made once and ends when all bodies have
     * returned
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
     * Runs several bodies concurrently and returns the value of the first one that returns; see {@link #race(List)}.
     *
     * @param <T> the type of the value
     * @param <X> the bodies' checked exception
     * @param bodies the code
     * @return the value of the winner
     * @throws X if there is only one body, and it throws it
     * @throws io.anyio.api.task.ExceptionGroup if there are several bodies, and all fail
     * @throws IllegalArgumentException if there are no bodies
     */
    @SafeVarargs @SuppressWarnings("varargs") // the array goes no further
    public static <T extends @Nullable Object, X extends Exception> T race(Body<? extends T, ? extends X>... bodies)
            throws X {
        return AnyIO.<T, X>race(listOf(bodies));
    }

    /**
     * Runs several bodies concurrently, each in a task of its own, and returns the value of the first one that returns.
     * The others are cancelled and awaited. An exception of a body does not end the race; it is thrown only if all
     * bodies fail. An exception that a cancelled body throws is dropped, but an {@link Error} is not. A checkpoint; a
     * cancellation cancels the bodies and waits for them.
     *
     * <p>If a body has won, this method returns its value even if a cancellation has arrived since. Values of other
     * bodies are closed, as {@link #gather(List)} describes; so is the value of the winner if this method throws an
     * error.
     *
     * <p>AnyIO has no counterpart.
     *
     * @param <T> the type of the value
     * @param <X> the bodies' checked exception
     * @param bodies the code; the list is copied
     * @return the value of the winner
     * @throws X if there is only one body, and it throws it
     * @throws io.anyio.api.task.ExceptionGroup if there are several bodies, and all fail
     * @throws IllegalArgumentException if there are no bodies
     */
    public static <T extends @Nullable Object, X extends Exception> T race(
            List<? extends Body<? extends T, ? extends X>> bodies) throws X {
        return Gathering.in("AnyIO.race").<T, X>race(bodies);
    }

    // ---- streams in memory, resources

    /**
     * Makes a memory object stream without a buffer; otherwise like {@link #createMemoryObjectStream(int)}.
     *
     * @param <T> the type of the items
     * @return both ends
     */
    public static <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream() {
        return createMemoryObjectStream(0);
    }

    /**
     * Makes a memory object stream; see {@link MemoryObjectStream}. In plain Java this also works outside tasks; in a
     * container, {@link MemoryStreams} makes streams outside tasks. Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.create_memory_object_stream}. Rules: MS-01 to MS-04 of {@code docs/semantics.md}.
     *
     * @param <T> the type of the items
     * @param maxBufferSize how many items the buffer holds before {@code send} waits; with 0 each send waits until a
     * task receives the item; {@link MemoryObjectStream#UNLIMITED} for no limit
     * @return both ends
     * @throws IllegalArgumentException if the size is negative
     */
    public static <T extends @Nullable Object> MemoryObjectStream<T> createMemoryObjectStream(int maxBufferSize) {
        return service(MemoryStreams.class).createMemoryObjectStream(maxBufferSize);
    }

    /**
     * Makes a connection in memory; see {@link MemoryByteStreams}. Where it works is as with
     * {@link #createMemoryObjectStream(int)}. Not a checkpoint.
     *
     * <p>In Trio: {@code trio.testing.memory_stream_pair}.
     *
     * @param bufferSize how many bytes the buffer of each direction holds before {@code send} waits, at least 1
     * @return both sides
     * @throws IllegalArgumentException if the size is less than 1
     */
    public static MemoryByteStreams createMemoryByteStreams(int bufferSize) {
        return service(MemoryStreams.class).createMemoryByteStreams(bufferSize);
    }

    /**
     * Closes a resource in a cancelled scope: at once, without waiting for a graceful end. It throws no
     * {@link CancelledError}, even if the caller is cancelled.
     *
     * <p>In AnyIO: {@code anyio.aclose_forcefully}. Rules: AR-04 to AR-06 of {@code docs/semantics.md}.
     *
     * @param resource the resource to close
     * @throws IOException if closing fails in another way than by the cancellation
     */
    public static void closeForcefully(AsyncResource resource) throws IOException {
        Objects.requireNonNull(resource, "AnyIO.closeForcefully: the resource is null");
        TaskContext.current("AnyIO.closeForcefully").runCancelled("the resource is closed forcefully",
                new Close(resource));
    }

    // ---- threads

    /**
     * Runs blocking code in a worker thread with the default options; otherwise like
     * {@link #runInWorkerThread(Body, UnaryOperator)}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the blocking code
     * @return its value
     * @throws X if the body throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T runInWorkerThread(Body<T, X> body) throws X {
        return threads("AnyIO.runInWorkerThread").runInWorkerThread(body, WorkerOptions.DEFAULT);
    }

    /**
     * Runs blocking code in a worker thread, and waits until it has ended. A checkpoint: in a cancelled scope, or if
     * the task is cancelled while it waits for a token of the limiter, it throws and the body does not start. A later
     * cancellation takes effect when the body has ended, unless the options say otherwise.
     *
     * <p>The number of bodies that run at the same time is bounded by the limiter, which is the
     * {@linkplain #currentDefaultWorkerThreadLimiter() default limiter} unless the options choose another one. The body
     * can call back into the loop by {@link #runFromThread(Body)}.
     *
     * <p>In AnyIO: {@code anyio.run_sync_in_worker_thread}. Rules: TH-01 to TH-20 of {@code docs/semantics.md}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the blocking code
     * @param options changes the default options
     * @return its value
     * @throws X if the body throws it
     */
    public static <T extends @Nullable Object, X extends Exception> T runInWorkerThread(Body<T, X> body,
            UnaryOperator<WorkerOptions> options)
            throws X {
        return threads("AnyIO.runInWorkerThread").runInWorkerThread(body,
                Options.chosen("AnyIO.runInWorkerThread", WorkerOptions.DEFAULT, options));
    }

    /**
     * Runs blocking code that returns no value in a worker thread with the default options; otherwise like
     * {@link #runInWorkerThread(Body, UnaryOperator)}.
     *
     * @param <X> the block's checked exception
     * @param block the blocking code
     * @throws X if the block throws it
     */
    public static <X extends Exception> void runInWorkerThread(Block<X> block) throws X {
        threads("AnyIO.runInWorkerThread").runInWorkerThread(asBody(block), WorkerOptions.DEFAULT);
    }

    /**
     * Runs blocking code that returns no value in a worker thread; otherwise like
     * {@link #runInWorkerThread(Body, UnaryOperator)}.
     *
     * @param <X> the block's checked exception
     * @param block the blocking code
     * @param options changes the default options
     * @throws X if the block throws it
     */
    public static <X extends Exception> void runInWorkerThread(Block<X> block, UnaryOperator<WorkerOptions> options)
            throws X {
        threads("AnyIO.runInWorkerThread").runInWorkerThread(asBody(block),
                Options.chosen("AnyIO.runInWorkerThread", WorkerOptions.DEFAULT, options));
    }

    /**
     * Returns the limiter for calls that do not choose one. Each run has its own, which has 40 tokens at the beginning.
     * Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.current_default_worker_thread_limiter}. Rules: TH-10 to TH-12 of
     * {@code docs/semantics.md}.
     *
     * @return the limiter of the current run
     */
    public static CapacityLimiter currentDefaultWorkerThreadLimiter() {
        return threads("AnyIO.currentDefaultWorkerThreadLimiter").defaultLimiter();
    }

    /**
     * Runs a body as a task of the loop, and waits until it has ended. Only for code in a worker thread. The task runs
     * in the scopes of the task that waits for the worker thread. If the call of the worker thread can be abandoned,
     * the task runs in none of the code's scopes, so that it continues when the call is abandoned.
     *
     * <p>In AnyIO: {@code anyio.run_async_from_thread}. Rules: TH-21 to TH-26 of {@code docs/semantics.md}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code, which may use every operation of a task
     * @return its value
     * @throws X if the body throws it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a worker thread
     * @throws io.anyio.api.task.LoopClosedException if the call of the worker thread was abandoned and its run has
     * ended
     */
    public static <T extends @Nullable Object, X extends Exception> T runFromThread(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "AnyIO.runFromThread: the body is null");
        return worker("AnyIO.runFromThread").call(body, body);
    }

    /**
     * Runs a block as a task of the loop, and waits until it has ended; otherwise like {@link #runFromThread(Body)}.
     *
     * @param <X> the block's checked exception
     * @param block the code, which may use every operation of a task
     * @throws X if the block throws it
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a worker thread
     * @throws io.anyio.api.task.LoopClosedException if the call of the worker thread was abandoned and its run has
     * ended
     */
    public static <X extends Exception> void runFromThread(Block<X> block) throws X {
        Body<@Nullable Void, X> body = asBody(block);
        worker("AnyIO.runFromThread").call(body, block);
    }

    /**
     * Throws {@link CancelledError} if the task that called the worker thread is cancelled, even if the task has
     * already abandoned the call. Only for code in a worker thread, so that long work can end early.
     *
     * <p>In AnyIO 4: {@code anyio.from_thread.check_cancelled}. Rules: TH-27 to TH-29 of {@code docs/semantics.md}.
     *
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a worker thread
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
     * Returns a token of the current run, by which any thread can run code in it; see {@link RunToken}. Not a
     * checkpoint.
     *
     * <p>In AnyIO 4: {@code anyio.lowlevel.current_token}. Rules: EL-19, TH-31 of {@code docs/semantics.md}.
     *
     * @return the token
     */
    public static RunToken currentToken() {
        return threads("AnyIO.currentToken").currentToken();
    }

    /**
     * Makes a portal through which other threads run code in the current loop. {@link BlockingPortal#run} opens it. Not
     * a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.create_blocking_portal}. Rules: BP-01 of {@code docs/semantics.md}.
     *
     * @return the portal, which is not yet open
     */
    public static BlockingPortal createBlockingPortal() {
        return threads("AnyIO.createBlockingPortal").createBlockingPortal();
    }

    /**
     * Starts an event loop and a portal into it, with the default options; otherwise like
     * {@link #startBlockingPortal(UnaryOperator)}.
     *
     * @return the portal, which the caller must close
     * @throws IllegalStateException if no implementation is visible, as in a container
     */
    public static BlockingPortal startBlockingPortal() {
        return service(Portals.class).start();
    }

    /**
     * Starts an event loop on a daemon thread of its own, and a portal into it. If a task starts it, it is stopped at
     * the end of that task's run, and its tasks are cancelled. In a container inject
     * {@link io.anyio.api.thread.Portals} instead.
     *
     * <p>In AnyIO: {@code anyio.start_blocking_portal}. Rules: BP-21, BP-22, BP-25 to BP-27 of
     * {@code docs/semantics.md}.
     *
     * @param options changes the default options
     * @return the portal, which the caller must close
     * @throws IllegalArgumentException if the options name an unknown backend
     * @throws IllegalStateException if the backend is not available, or no implementation is visible, as in a container
     */
    public static BlockingPortal startBlockingPortal(UnaryOperator<LoopOptions> options) {
        return service(Portals.class).start(options);
    }

    private static Threads threads(String what) {
        return TaskContext.current(what).runtime().require(Threads.class);
    }

    // ---- debugging

    /**
     * Returns what identifies the current task. Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.get_current_task}. Rules: DB-01 to DB-05 of {@code docs/semantics.md}.
     *
     * @return its id, parent, name and thread
     */
    public static TaskInfo getCurrentTask() {
        return TaskContext.current("AnyIO.getCurrentTask").info();
    }

    /**
     * Returns all tasks of the current loop that have not ended. Not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.get_running_tasks}. Rules: DB-06, DB-07 of {@code docs/semantics.md}.
     *
     * @return a snapshot in the order of their ids, including the current task
     */
    public static List<TaskInfo> getRunningTasks() {
        return TaskContext.current("AnyIO.getRunningTasks").runningTasks();
    }

    /**
     * Waits until every other task of the loop waits in an operation of the library. A task in blocking code of another
     * library counts as running. For tests. A checkpoint.
     *
     * <p>In AnyIO: {@code anyio.wait_all_tasks_blocked}. Rules: DB-08 to DB-13 of {@code docs/semantics.md}.
     */
    public static void waitAllTasksBlocked() {
        TaskContext.current("AnyIO.waitAllTasksBlocked").awaitAllTasksBlocked();
    }

    private static CancelScope scope(String what, ScopeOptions options) {
        return TaskContext.current(what).openCancelScope(options);
    }

    // no lambdas from here on, and in what calls it: see Bodies

    private record Close(AsyncResource resource) implements Block<IOException> {
        @Override
        public void run() throws IOException {
            resource.close();
        }
    }

    private static <B> List<B> listOf(B[] bodies) {
        return Arrays.asList(Objects.requireNonNull(bodies, "The bodies are null"));
    }

    private static <X extends Exception> Body<@Nullable Void, X> asBody(Block<X> block) {
        Objects.requireNonNull(block, "The block is null");
        return Bodies.of(block);
    }
}
