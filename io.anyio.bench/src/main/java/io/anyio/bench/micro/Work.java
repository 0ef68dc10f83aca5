package io.anyio.bench.micro;

/** What the micro benchmarks have in common, so that all peers do the same. */
final class Work {
    /** Operations of one invocation: enough to hide what a loop or a thread costs to start. */
    static final int OPERATIONS = 100_000;

    /** Tasks that live at once where tasks are spawned. */
    static final int GROUP = 1_000;

    private Work() {}

    /** A part of a benchmark. */
    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }

    /** A task that has nothing to do. */
    static void nothing() {}

    /** Fails if an item was lost, doubled or swapped. */
    static void check(int expected, int received) {
        if (expected != received) {
            throw new IllegalStateException("Received item " + received + " instead of " + expected);
        }
    }

    static void inVirtualThread(Step step) throws InterruptedException {
        start(step).join();
    }

    static void inTwoVirtualThreads(Step first, Step second) throws InterruptedException {
        Thread one = start(first);
        Thread two = start(second);
        one.join();
        two.join();
    }

    private static Thread start(Step step) {
        return Thread.startVirtualThread(() -> {
            try {
                step.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
