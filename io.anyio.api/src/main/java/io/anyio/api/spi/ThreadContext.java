package io.anyio.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a thread that is no task has of AnyIO while it runs a piece of code: a worker thread, or an ordinary one that
 * has bound a task local.
 */
public final class ThreadContext {
    /**
     * The context of the code that runs on a thread. Inherited by threads that are forked in it, which see the values
     * and cannot change them.
     */
    public static final ScopedValue<ThreadContext> KEY = ScopedValue.newInstance();

    private final Thread thread = Thread.currentThread();
    private final @Nullable WorkerContext worker;
    private volatile Locals locals;

    /**
     * Makes a context for the current thread, to be bound to {@link #KEY}.
     *
     * @param worker the call that the thread works for, if it is a worker thread
     * @param locals what the code starts with
     */
    public ThreadContext(@Nullable WorkerContext worker, Locals locals) {
        this.worker = worker;
        this.locals = locals;
    }

    /**
     * The context of the current thread.
     *
     * @return the context, or null if there is none of this very thread
     */
    public static @Nullable ThreadContext currentOrNull() {
        ThreadContext context = visibleOrNull();
        return context != null && context.thread == Thread.currentThread() ? context : null;
    }

    private static @Nullable ThreadContext visibleOrNull() {
        return KEY.isBound() ? KEY.get() : null;
    }

    /**
     * The values of task locals for the code on this thread.
     *
     * @return those of the current task, or of a thread with a context; none elsewhere
     */
    public static Locals currentLocals() {
        TaskContext task = TaskContext.currentOrNull();
        if (task != null) {
            return task.locals();
        }
        ThreadContext thread = visibleOrNull();
        return thread == null ? Locals.NONE : thread.locals();
    }

    /**
     * The call that the current thread works for.
     *
     * @return the call, or null if the thread is no worker thread
     */
    public static @Nullable WorkerContext workerOrNull() {
        ThreadContext context = currentOrNull();
        return context == null ? null : context.worker;
    }

    /**
     * The values of task locals.
     *
     * @return the values
     */
    public Locals locals() {
        return locals;
    }

    /**
     * Changes the values of task locals. On this context's thread.
     *
     * @param changed new values
     */
    public void locals(Locals changed) {
        locals = changed;
    }
}
