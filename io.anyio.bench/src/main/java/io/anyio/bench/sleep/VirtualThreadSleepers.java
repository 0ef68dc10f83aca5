package io.anyio.bench.sleep;

/** What the JDK gives without a library: a virtual thread for each. */
final class VirtualThreadSleepers implements Sleepers {
    @Override
    public void sleep(Night night) throws InterruptedException {
        Thread[] threads = new Thread[night.sleepers()];
        for (int i = 0; i < threads.length; i++) {
            int sleeper = i;
            threads[i] = Thread.startVirtualThread(() -> {
                try {
                    Thread.sleep(night.begin(sleeper));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                night.woke(sleeper);
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
