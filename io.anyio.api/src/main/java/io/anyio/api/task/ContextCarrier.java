package io.anyio.api.task;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Carries what another library keeps in the thread, for example the diagnostic context of a log, from code that spawns
 * a task to the task, and from code that calls a worker thread to the function there.
 *
 * {@snippet :
 * MDC.setContextMap((Map<String, String>) captured);
 * return MDC::clear;
 * }
 *
 * <p>In a container, each service of this type is used for the tasks of all bundles, from its registration to its
 * unregistration. In plain Java, a loop gets its carriers by {@link LoopOptions#carrier}.
 *
 * <p>What a carrier throws is logged once and otherwise ignored: it harms no task. Both methods are called on the
 * thread whose values they read or set, and must not wait. A service must not reference a service of AnyIO, because
 * that needs the carriers first. Values of {@link io.anyio.api.thread.TaskLocal} need no carrier.
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. In Python: {@code contextvars}, which asyncio and Trio carry to each
 * task.
 */
@ConsumerType
public interface ContextCarrier {
    /**
     * Takes the values of the current thread, which spawns a task, calls a portal or calls a worker thread.
     *
     * @return the values, for {@link #restore}; null if there is nothing to carry
     */
    @Nullable
    Object capture();

    /**
     * Sets the values in the current thread, which begins to run a task or a function. The values must not change when
     * those of the other thread do.
     *
     * @param captured what {@link #capture} has returned
     * @return what is called at the end of the task or function, however it ends: it leaves the thread as it was
     */
    Runnable restore(Object captured);
}
