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
 * A value that the code of a task can read without passing it along, for example the user on whose behalf it works.
 * Python calls this a context variable.
 *
 * {@snippet :
 * USER.run("ann", () -> {
 *     AnyIO.runInWorkerThread(() -> log.add(USER.get()));
 *     USER.set("bob");
 * });
 * log.add(USER.get());
 * }
 *
 * <p>A task starts with the values that the task which spawns it has at that moment. So do the code in a worker thread,
 * the tasks that it runs in the loop, and the calls through a portal. Changes stay in the task that makes them: they
 * affect neither its parent nor tasks that already run. Ordinary threads bind a value for a block by {@link #run} or
 * {@link #call}.
 *
 * <p>{@link ScopedValue}s and inheritable thread locals do not pass from a task to its children, because Java has no
 * means to capture all of them.
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. In Python: {@code contextvars.ContextVar}.
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
     * Makes a local that has no value until one is set.
     *
     * @param <T> the type of the value
     * @param name its name, for display
     * @return the local, usually for a static final field
     */
    public static <T extends @Nullable Object> TaskLocal<T> of(String name) {
        return new TaskLocal<>(name, false, null);
    }

    /**
     * Makes a local that has an initial value.
     *
     * @param <T> the type of the value
     * @param name its name, for display
     * @param initial the value where none has been set
     * @return the local, usually for a static final field
     */
    public static <T extends @Nullable Object> TaskLocal<T> of(String name, T initial) {
        return new TaskLocal<>(name, true, initial);
    }

    /**
     * Returns the current value. Not a checkpoint; from any thread.
     *
     * @return the value that has been set here or inherited, otherwise the initial value
     * @throws NoSuchElementException if there is neither
     */
    public T get() {
        Locals locals = ThreadContext.currentLocals();
        if (!locals.has(this) && !hasInitial) {
            throw new NoSuchElementException(
                    "The task local '" + name + "' has no value here: set it, or make it with an initial value");
        }
        return valueIn(locals);
    }

    /**
     * Returns the current value, or a default. Not a checkpoint; from any thread.
     *
     * @param otherwise the value to return if none has been set and there is no initial one
     * @return the current value, or {@code otherwise}
     */
    public T orElse(T otherwise) {
        Locals locals = ThreadContext.currentLocals();
        return locals.has(this) || hasInitial ? valueIn(locals) : otherwise;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only values of type T are put in
    private T valueIn(Locals locals) {
        return locals.has(this) ? (T) locals.get(this) : initial;
    }

    /**
     * Whether a value has been set here or inherited. Not a checkpoint; from any thread.
     *
     * @return false if there is no value, or only an initial one
     */
    public boolean isSet() {
        return ThreadContext.currentLocals().has(this);
    }

    /**
     * Sets the value until the end of the current task, of the body in the current worker thread, or of the block for
     * which the current thread has bound a local. Not a checkpoint.
     *
     * @param value the value
     * @throws IllegalStateException if the caller is none of these
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
     * Runs a block with a value, and restores the previous value when the block has ended. Not a checkpoint by itself;
     * from any thread.
     *
     * @param <X> the block's checked exception
     * @param value the value in the block
     * @param block the code
     * @throws X if the block throws it
     */
    public <X extends Exception> void run(T value, Block<X> block) throws X {
        Objects.requireNonNull(block, "TaskLocal.run: the block is null");
        this.<@Nullable Void, X>call(value, Bodies.of(block));
    }

    /**
     * Runs a body with a value, and returns the value of the body; otherwise like {@link #run}.
     *
     * @param <R> the type of the body's value
     * @param <X> the body's checked exception
     * @param value the value in the body
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
        ThreadContext bound = new ThreadContext(null, ThreadContext.currentLocals().with(this, value));
        return ScopedValue.where(ThreadContext.KEY, bound).<R, X>call(body::call);
    }

    @Override
    public String toString() {
        return "TaskLocal[" + name + "]";
    }
}
