package io.anyio.bench.sleep;

/** Who sleeps. */
@FunctionalInterface
interface Sleepers {
    /** Starts a task for each sleeper of the night, all at once, and returns when all have woken. */
    void sleep(Night night) throws InterruptedException;
}
