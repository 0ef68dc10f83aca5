package io.anyio.impl.loop;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a carrier loop on another thread while a fiber that cannot be unmounted waits on the loop's own.
 *
 * <p>It ends when that fiber is resumed, which then has the loop's own thread to go on. {@code FailedWaitTest} lets
 * tasks wait under stacks that cannot be put aside.
 */
final class Relief implements Runnable {
    /** The continuation of the fiber that waits. */
    final Runnable kept;

    /** The thread that runs the loop meanwhile. */
    private @Nullable Thread thread;

    /** The fiber is to go on; by the relief's thread, and read after its end. */
    boolean resumed;

    private final String loop;
    private final Runnable runLoop;
    private boolean over;

    private Relief(String loop, Runnable kept, Runnable runLoop) {
        this.loop = loop;
        this.kept = kept;
        this.runLoop = runLoop;
    }

    /**
     * Makes a thread that is to be started.
     *
     * @param loop the loop's name
     * @param kept the continuation of the fiber that waits
     * @param runLoop runs the loop until {@link #resumed}
     */
    static Relief prepared(String loop, Runnable kept, Runnable runLoop) {
        Relief relief = new Relief(loop, kept, runLoop);
        relief.thread = Thread.ofPlatform().daemon().stackSize(Loop.STACK_SIZE).inheritInheritableThreadLocals(false)
                .name(loop + "-relief").unstarted(relief);
        return relief;
    }

    @Override
    public void run() {
        try {
            runLoop.run();
        } catch (Throwable e) {
            Loop.LOG.log(System.Logger.Level.ERROR, e, "Loop ", loop,
                    " broke while one of its tasks could not be suspended");
        } finally {
            ended();
        }
    }

    private synchronized void ended() {
        over = true;
        notifyAll();
    }

    Thread thread() {
        return Objects.requireNonNull(thread);
    }

    /**
     * Waits for the end, on the loop's own thread; not for the monitor, which the fiber may be chosen to have next
     * while it does not run.
     */
    void join() {
        boolean interrupted = false;
        Thread running = thread();
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for the end, in the fiber: without unmounting its thread, as {@link Object#wait} does if it has to. True if
     * it was interrupted.
     */
    synchronized boolean awaitEnd() {
        boolean interrupted = false;
        while (!over) {
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
