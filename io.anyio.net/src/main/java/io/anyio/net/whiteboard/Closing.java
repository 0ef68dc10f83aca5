package io.anyio.net.whiteboard;

import java.util.List;
import java.util.Optional;

/** Closes many servers at the same time, and waits for all. */
final class Closing {
    private Closing() {}

    static void of(List<Candidate> open) {
        open.forEach(Candidate::retire);
        List<Thread> closing = open.stream().map(Closing::settleInAThread).flatMap(Optional::stream).toList();
        boolean interrupted = Thread.interrupted();
        for (Thread thread : closing) {
            interrupted |= join(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Settles a candidate in a new thread, or in this one if no thread can be created. */
    private static Optional<Thread> settleInAThread(Candidate candidate) {
        try {
            return Optional.of(Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
                    .name("anyio-close " + candidate).start(candidate::settle));
        } catch (Throwable _) {
            candidate.settle();
            return Optional.empty();
        }
    }

    /**
     * Waits for the end of a thread, even if interrupted: its server must not outlive the whiteboard. Returns whether
     * it was interrupted.
     */
    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
    }
}
