package io.anyio.api.thread;

import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Locals;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.ThreadContext;
import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value that code has without having been given it: of the request that it serves, for example. What Python calls a
 * context variable.
 *
 * <p>A task starts with the values that its spawner has at that moment, and so do a function in a worker thread, what
 * that calls back, and a call through a portal. What they change afterwards stays with them: no value ever comes back
 * to the spawner. Ordinary threads bind values for a block, with {@link #run} or {@link #call}.
 *
 * <p>{@link ScopedValue}s and inheritable thread locals of a spawner are not carried into its children: Java offers no
 * way to take all of them along.
 *
 * @param <T> the type of the value
 */
public final class TaskLocal<T extends @Nullable Object> {
    private final String name;
    private final boolean hasInitial;
    private final @Nullable T initial;

    private TaskLocal(String name, boolean hasInitial, @Nullable T initial) {
        this.name = Objects.requireNonNull(name, "TaskLocal.of: the name is null");
        this.hasInitial = hasInitial;
        this.initial = initial;
    }

    /**
     * Makes a local without a value.
     *
     * @param <T> the type of the value
     * @param name what people call it
     * @return the local, usually for a static final field
     */
    public static <T extends @Nullable Object> TaskLocal<T> of(String name) {
        return new TaskLocal<>(name, false, null);
    }

    /**
     * Makes a local that has a value wherever none was set.
     *
     * @param <T> the type of the value
     * @param name what people call it
     * @param initial its value wherever none was set
     * @return the local, usually for a static final field
     */
    public static <T extends @Nullable Object> TaskLocal<T> of(String name, T initial) {
        return new TaskLocal<>(name, true, initial);
    }

    /**
     * The value here. Not a checkpoint; on any thread.
     *
     * @return the value that was set here or in a spawner, else the initial one
     * @throws NoSuchElementException if there is neither
     */
    public T get() {
        Locals locals = Locals.current();
        if (!locals.has(this) && !hasInitial) {
            throw new NoSuchElementException(
                    "The task local '" + name + "' has no value here: set it, or make it with an initial value");
        }
        return valueIn(locals);
    }

    /**
     * The value here, or another one. Not a checkpoint; on any thread.
     *
     * @param otherwise what to return if there is no value, not even an initial one
     * @return the value
     */
    public T orElse(T otherwise) {
        Locals locals = Locals.current();
        return locals.has(this) || hasInitial ? valueIn(locals) : otherwise;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only values of type T are put in
    private T valueIn(Locals locals) {
        return locals.has(this) ? (T) locals.get(this) : initial;
    }

    /**
     * Whether a value was set here or in a spawner. Not a checkpoint; on any thread.
     *
     * @return false if there is none, or only an initial one
     */
    public boolean isSet() {
        return Locals.current().has(this);
    }

    /**
     * Sets the value for the rest of the current task, of the function in the current worker thread, or of the block in
     * which the current thread has bound a local. Not a checkpoint.
     *
     * @param value the value
     * @throws IllegalStateException on any other thread
     */
    public void set(T value) {
        TaskContext task = TaskContext.currentOrNull();
        ThreadContext thread = ThreadContext.currentOrNull();
        if (task != null) {
            task.locals(task.locals().with(this, value));
        } else if (thread != null) {
            thread.locals(thread.locals().with(this, value));
        } else {
            throw new IllegalStateException(
                    "TaskLocal.set of '" + name + "' was called on the thread '" + Thread.currentThread().getName()
                            + "', which is neither a task nor a worker thread: use TaskLocal.run");
        }
    }

    /**
     * Runs a block with a value; afterwards the local has the value from before. On any thread; not a checkpoint by
     * itself.
     *
     * @param <X> the block's checked exception
     * @param value the value inside
     * @param block the code
     * @throws X if the block throws it
     */
    public <X extends Exception> void run(T value, Block<X> block) throws X {
        Objects.requireNonNull(block, "TaskLocal.run: the block is null");
        this.<@Nullable Void, X>call(value, Bodies.of(block));
    }

    /**
     * Runs a body with a value and returns the body's value; afterwards the local has the value from before. On any
     * thread; not a checkpoint by itself.
     *
     * @param <R> the type of the body's value
     * @param <X> the body's checked exception
     * @param value the value inside
     * @param body the code
     * @return the body's value
     * @throws X if the body throws it
     */
    public <R extends @Nullable Object, X extends Exception> R call(T value, Body<R, X> body) throws X {
        Objects.requireNonNull(body, "TaskLocal.call: the body is null");
        TaskContext task = TaskContext.currentOrNull();
        ThreadContext thread = ThreadContext.currentOrNull();
        if (task != null) {
            Locals before = task.locals();
            task.locals(before.with(this, value));
            try {
                return body.call();
            } finally {
                task.locals(task.locals().restored(this, before));
            }
        }
        if (thread != null) {
            Locals before = thread.locals();
            thread.locals(before.with(this, value));
            try {
                return body.call();
            } finally {
                thread.locals(thread.locals().restored(this, before));
            }
        }
        ThreadContext bound = new ThreadContext(null, Locals.current().with(this, value));
        return ScopedValue.where(ThreadContext.KEY, bound).<R, X>call(body::call);
    }

    @Override
    public String toString() {
        return "TaskLocal[" + name + "]";
    }
}
