package io.anyio.net.name;

import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs lookups that block.
 *
 * <p>A task leaves them to a worker thread. If it is cancelled, it goes on at once, and the late answer is dropped; but
 * nothing interrupts the operating system, and the thread stays until that gives up. So not the threads are limited but
 * the lookups that have just begun: one that takes longer than its patience hangs and gives its place to the next. A
 * name server that does not answer keeps nobody else waiting for long, and the threads are no more than begin in the
 * time after which it is given up. {@code HangingLookupsTest} proves it.
 */
final class BlockingLookups {
    private static final int LOOKUPS_AT_A_TIME = 20;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Duration patience;
    private final Queue<Place> taken = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Limiters> limiters = new AtomicReference<>();

    BlockingLookups() {
        this(PATIENCE);
    }

    BlockingLookups(Duration patience) {
        this.patience = patience;
    }

    /**
     * What is limited.
     *
     * @param places of the lookups that have just begun
     * @param threads any number: the places limit them
     */
    private record Limiters(CapacityLimiter places, CapacityLimiter threads) {}

    /**
     * The place of one lookup; given back once, by who comes first: the lookup when it ends, or a task that waits and
     * finds that it hangs.
     */
    private final class Place {
        private final CapacityLimiter places;
        private volatile long since;
        private volatile boolean used;

        Place(CapacityLimiter places) {
            this.places = places;
        }

        Duration left() {
            return patience.minusNanos(System.nanoTime() - since);
        }

        void giveBack() {
            if (taken.remove(this)) {
                places.releaseOnBehalfOf(this);
            }
        }
    }

    /** Runs a lookup that asks other machines. A checkpoint if the caller is a task. */
    <T, X extends Exception> T call(String name, Body<T, X> lookup) throws X {
        TaskContext task = TaskContext.currentOrNull();
        Threads threads = task == null ? null : task.runtime().service(Threads.class);
        if (task == null || threads == null) {
            return lookup.call();
        }
        Limiters limits = limiters(task.runtime());
        Place place = take(task, limits.places);
        try {
            return threads.runInWorkerThread(() -> {
                place.used = true;
                try {
                    return lookup.call();
                } finally {
                    place.giveBack();
                }
            }, options(name, limits));
        } finally {
            if (!place.used) {
                place.giveBack();
            }
        }
    }

    /** Runs a lookup that this machine answers itself: it needs no place. A checkpoint if the caller is a task. */
    <T, X extends Exception> T callLocal(String name, Body<T, X> lookup) throws X {
        TaskContext task = TaskContext.currentOrNull();
        Threads threads = task == null ? null : task.runtime().service(Threads.class);
        return task == null || threads == null
                ? lookup.call()
                : threads.runInWorkerThread(lookup, options(name, limiters(task.runtime())));
    }

    private static WorkerOptions options(String name, Limiters limits) {
        return WorkerOptions.DEFAULT.cancellable(true).name(name).limiter(limits.threads);
    }

    private Place take(TaskContext task, CapacityLimiter places) {
        Place place = new Place(places);
        while (true) {
            CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.timeout(expelHanging()));
            scope.run(() -> places.acquireOnBehalfOf(place));
            if (!scope.cancelledCaught()) {
                place.since = System.nanoTime();
                taken.add(place);
                return place;
            }
        }
    }

    /** Takes the places of those that hang; returns after which time the next one may. */
    private Duration expelHanging() {
        Place oldest = taken.peek();
        while (oldest != null && !oldest.left().isPositive()) {
            oldest.giveBack();
            oldest = taken.peek();
        }
        return oldest == null ? patience : oldest.left();
    }

    /**
     * Made by the first who needs them, under no lock: the runtime may have to make its service first, which is other
     * code than ours.
     */
    private Limiters limiters(AnyioRuntime runtime) {
        Limiters known = limiters.get();
        if (known != null) {
            return known;
        }
        Synchronization synchronization = Objects.requireNonNull(runtime.service(Synchronization.class),
                "the runtime has no Synchronization");
        Limiters made = new Limiters(synchronization.createCapacityLimiter(LOOKUPS_AT_A_TIME),
                synchronization.createCapacityLimiter(CapacityLimiter.UNLIMITED));
        Limiters first = limiters.compareAndExchange(null, made);
        return first == null ? made : first;
    }
}
