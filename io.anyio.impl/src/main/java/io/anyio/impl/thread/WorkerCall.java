package io.anyio.impl.thread;

import io.anyio.api.spi.Locals;
import io.anyio.api.spi.ThreadContext;
import io.anyio.api.spi.WorkerContext;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelledError;
import io.anyio.api.thread.WorkerOptions;
import io.anyio.impl.loop.Loop;
import io.anyio.impl.loop.StackText;
import io.anyio.impl.park.Waiter;
import io.anyio.impl.run.ContextTask;
import io.anyio.impl.run.Run;
import io.anyio.impl.scope.Interruption;
import io.anyio.impl.scope.Scope;
import io.anyio.impl.task.Task;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function in a worker thread, and the borrower of its token.
 *
 * <p>The task waits until the function has ended. If the call is cancellable and the task is cancelled, it leaves at
 * once. In either case the token is released when the function has ended, and until then the loop counts the worker as
 * outside.
 *
 * @param <T> the type of the value
 */
final class WorkerCall<T extends @Nullable Object> implements Runnable, WorkerContext, Awaiting.ForLoop {
    /** The calls of a run whose functions have begun and not ended. */
    private record Running(Set<WorkerCall<?>> calls) {
        Running() {
            this(ConcurrentHashMap.newKeySet());
        }
    }

    private final ContextTask<?> caller;
    private final Scope scope;
    private final Scope belowRoot;
    private final WorkerOptions options;
    private final CapacityLimiter limiter;
    private final Locals locals;
    private final Waiter waiter;
    private final @Nullable Uninterrupted whenCancelled;
    private @Nullable Body<T, ?> body;
    private @Nullable T value;
    private @Nullable Throwable error;

    /**
     * The interrupting thread sets this and then reads {@code interruption}, the worker sets that and then reads this.
     * So at least one of them sends the interrupt.
     */
    private volatile boolean interruptDue;

    private volatile @Nullable Interruption interruption;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile boolean abandoned;

    /**
     * Makes the call.
     *
     * @param whenCancelled called instead of an interrupt if the caller is cancelled; if it is not null, nothing
     * interrupts the function
     */
    WorkerCall(ContextTask<?> caller, Body<T, ?> body, WorkerOptions options, CapacityLimiter limiter,
            @Nullable Uninterrupted whenCancelled) {
        this.caller = caller;
        this.scope = caller.scope();
        this.belowRoot = scope.belowRoot();
        // what uses files is our own code
        this.body = whenCancelled == null ? caller.run.carriers.around(body) : body;
        this.options = options;
        this.limiter = limiter;
        this.locals = caller.locals();
        this.whenCancelled = whenCancelled;
        this.waiter = new Waiter(caller, "worker thread", options.cancellable()) {
            @Override
            protected void heldBack() {
                cancelled();
            }
        };
    }

    /** The calls for tasks of a run whose functions have begun and not ended. From any thread. */
    static Set<WorkerCall<?>> runningFor(Run run) {
        return run.attachment(Running.class, Running::new).calls();
    }

    @Override
    public Loop loop() {
        return caller.loop;
    }

    /** The task that called. */
    Task<?> caller() {
        return caller;
    }

    // ---- the task

    /** Waits for the end of the function, whose thread was started. */
    @SuppressWarnings("NullAway") // the value is of type T if there was no error
    <X extends Exception> T await() throws X {
        try {
            waiter.await();
        } catch (Throwable e) {
            // cancelled, or the task cannot be suspended
            abandoned = true;
            cancelled();
            throw e;
        }
        Throwable thrown = error;
        if (thrown == null) {
            return value;
        }
        // the worker may have seen a passed deadline before the loop did
        scope.settleDecided();
        throw Sneaky.<X>asThrown(thrown);
    }

    /** The caller was cancelled. */
    private void cancelled() {
        if (whenCancelled != null) {
            whenCancelled.callerCancelled();
        } else if (options.interruptOnCancel()) {
            interrupt();
        }
    }

    /** Interrupts the function once, and never the next function of its thread; false if it must not be interrupted. */
    boolean interrupt() {
        if (whenCancelled != null) {
            return false;
        }
        interruptDue = true;
        Interruption open = interruption;
        if (open != null) {
            open.send();
        }
        return true;
    }

    boolean isOf(Task<?> task) {
        return caller == task && !abandoned;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** Waits, on an ordinary thread, for the end of the function. */
    boolean awaitEnd(long deadline) {
        return TimedWait.patiently(deadline - System.nanoTime(), ended);
    }

    /** Whether the function has ended. From any thread. */
    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** The stack of the function. */
    String stack() {
        Thread running = thread;
        return running == null ? "" : StackText.of(running);
    }

    void release() {
        limiter.releaseOnBehalfOf(this);
    }

    // ---- the worker thread

    @Override
    public void run() {
        Thread worker = Thread.currentThread();
        String ownName = worker.getName();
        thread = worker;
        try {
            worker.setContextClassLoader(loader());
            if (!options.name().isEmpty()) {
                worker.setName(options.name());
            }
            Set<WorkerCall<?>> running = runningFor(caller.run);
            try {
                running.add(this);
                perform();
            } finally {
                running.remove(this);
            }
        } catch (Throwable e) {
            // there was no memory even to begin
            error = e;
        } finally {
            ended.countDown();
            try {
                worker.setName(ownName);
                worker.setContextClassLoader(null);
            } finally {
                end();
            }
        }
    }

    /**
     * Releases the token, lets the task continue, and ends the count as outside, in this order: a virtual clock must
     * not see a moment in which nothing is under way. The task continues whatever a user's limiter throws.
     */
    private void end() {
        try {
            release();
        } catch (Throwable e) {
            error = error == null ? e : error;
        } finally {
            try {
                waiter.grant();
            } finally {
                loop().quiet.endOutside();
            }
        }
    }

    private ClassLoader loader() {
        ClassLoader loader = loop().holder.loader();
        return loader == null ? ClassLoader.getSystemClassLoader() : loader;
    }

    private void perform() {
        Body<T, ?> code = Objects.requireNonNull(body);
        body = null;
        Interruption handshake = new Interruption();
        interruption = handshake;
        if (interruptDue) {
            handshake.send();
        }
        try {
            value = ScopedValue.where(ThreadContext.KEY, new ThreadContext(this, locals)).call(code::call);
        } catch (Throwable e) {
            error = e;
        }
        Throwable thrown = error;
        if (handshake.leave() && thrown != null && Interruption.caused(thrown)) {
            CancelledError cancelled = scope.dueError();
            if (cancelled != null) {
                cancelled.initCause(thrown);
                error = cancelled;
            }
        }
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R call(Body<R, X> called, Object code) throws X {
        // AnyIO differs: as in Trio, a call back from an abandonable worker is not cancelled with its caller, which may
        // have left
        return new CallFromThread(options.cancellable() ? belowRoot : scope, OptionalLong.of(caller.id()),
                "AnyIO.runFromThread").call(caller.run, called, code);
    }

    @Override
    public void checkCancelled() {
        CancelledError due = scope.dueError();
        if (due != null) {
            throw due;
        }
    }

    @Override
    public String toString() {
        return "the worker call of the task '" + caller.name() + "'";
    }
}
