package io.anyio.impl.loop;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a carrier loop on another thread while a fiber that cannot be unmounted waits on the loop's own.
 *
 * <p>It ends when that fiber is resumed and continues on the loop's own thread. {@code FailedWaitTest} lets tasks wait
 * on stacks that cannot be copied.
 */
final class Relief implements Runnable {
    /** The continuation of the fiber that waits. */
    final Runnable kept;

    /** The thread that runs the loop meanwhile. */
    private @Nullable Thread thread;

    /** Whether the fiber is to continue. Set by the relief's thread, read after that has ended. */
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
     * Makes the relief with its thread, which is not started yet.
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
     * Waits for the end, on the loop's own thread. It does not use the monitor, because the fiber may become the next
     * owner of the monitor while it does not run.
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
     * Waits for the end, in the fiber; true if it was interrupted. {@link Object#wait} blocks the thread if it cannot
     * unmount it.
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
