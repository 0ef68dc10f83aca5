package io.anyio.bench.micro;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * What the JDK gives without a library: plain virtual threads on their default scheduler, one carrier for each
 * processor.
 */
public class VirtualThreads {
    /** Starts threads that end at once, a group at a time, and waits for each group. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void spawn() throws InterruptedException {
        Thread[] group = new Thread[Work.GROUP];
        Work.inVirtualThread(() -> {
            for (int done = 0; done < Work.OPERATIONS; done += Work.GROUP) {
                for (int i = 0; i < Work.GROUP; i++) {
                    group[i] = Thread.startVirtualThread(Work::nothing);
                }
                for (Thread thread : group) {
                    thread.join();
                }
            }
        });
    }

    /** Two threads give way to each other in turn. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void taskSwitch() throws InterruptedException {
        Work.Step giveWay = () -> {
            for (int i = 0; i < Work.OPERATIONS / 2; i++) {
                Thread.yield();
            }
        };
        Work.inTwoVirtualThreads(giveWay, giveWay);
    }

    /** Hands items from one thread to another, without a buffer. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void handOff() throws InterruptedException {
        SynchronousQueue<Integer> queue = new SynchronousQueue<>();
        Work.inTwoVirtualThreads(
                () -> {
                    for (int i = 0; i < Work.OPERATIONS; i++) {
                        queue.put(i);
                    }
                },
                () -> {
                    for (int i = 0; i < Work.OPERATIONS; i++) {
                        Work.check(i, queue.take());
                    }
                });
    }

    /**
     * Work under a time limit, as one has it by hand: an interrupt is scheduled, and cancelled because the work ends in
     * time.
     */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void deadlineScope() throws InterruptedException {
        try (ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1)) {
            timer.setRemoveOnCancelPolicy(true);
            Work.inVirtualThread(() -> {
                Thread self = Thread.currentThread();
                for (int i = 0; i < Work.OPERATIONS; i++) {
                    ScheduledFuture<?> limit = timer.schedule(self::interrupt, 1, TimeUnit.SECONDS);
                    Work.nothing();
                    limit.cancel(false);
                }
            });
        }
    }

    /** Takes and releases a lock that nobody else wants. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void lock() throws InterruptedException {
        ReentrantLock lock = new ReentrantLock();
        Work.inVirtualThread(() -> {
            for (int i = 0; i < Work.OPERATIONS; i++) {
                lock.lock();
                try {
                    Work.nothing();
                } finally {
                    lock.unlock();
                }
            }
        });
    }
}
