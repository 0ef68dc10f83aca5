package io.anyio.net.whiteboard;

import io.anyio.api.spi.TaskContext;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits of ordinary threads for what a loop does. */
final class Patience {
    private Patience() {}

    /** Waits for a while, even if interrupted. A task does not wait: its loop would, too. */
    static void await(CountDownLatch latch, Duration longest) {
        if (TaskContext.currentOrNull() != null) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + longest.toNanos();
        for (boolean over = false; !over;) {
            try {
                over = latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                        || System.nanoTime() - deadline >= 0;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
