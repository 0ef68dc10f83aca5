package io.anyio.impl.loop;

import org.jspecify.annotations.Nullable;

/**
 * What has a loop to itself at this moment, as seen from outside.
 *
 * @param what the task, or what else runs there
 * @param thread its thread
 */
public record Busy(String what, Thread thread) {
    /**
     * Describes what runs on a thread.
     *
     * @param thread the thread that runs
     * @param loopThread the loop's own thread
     * @param fiber the fiber that probably runs, or null
     */
    static Busy of(Thread thread, Thread loopThread, @Nullable Fiber fiber) {
        if (fiber != null && fiber.thread == thread) {
            return new Busy("task '" + fiber.name() + "'", thread);
        }
        String what = thread == loopThread
                ? "loop itself, or a virtual thread,"
                : thread.isVirtual()
                        ? "virtual thread '" + thread.getName() + "', or a task back from foreign code,"
                        : "thread '" + thread.getName() + "'";
        return new Busy(what, thread);
    }
}
