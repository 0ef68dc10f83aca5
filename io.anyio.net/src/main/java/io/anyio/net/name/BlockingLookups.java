package io.anyio.net.name;

import io.anyio.api.spi.OwnLimiter;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs lookups that block.
 *
 * <p>A task runs them in a worker thread. If the task is cancelled, it continues at once, and the late answer is
 * dropped. But nothing interrupts the operating system, and the thread remains until the operating system gives up.
 * Therefore the limit does not apply to the threads, but to the lookups that have begun a short time ago. A lookup that
 * takes longer counts as hanging, and gives its place to the next one. So a name server that does not answer delays
 * other lookups only for a short time, and the number of threads remains bounded: no more lookups can begin before the
 * operating system gives up the first ones. {@code HangingLookupsTest} proves it.
 */
final class BlockingLookups {
    private static final int LOOKUPS_AT_A_TIME = 20;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Duration patience;
    private final Queue<Place> taken = new ConcurrentLinkedQueue<>();

    /** The places of the lookups that have begun a short time ago. */
    private final OwnLimiter places = new OwnLimiter(LOOKUPS_AT_A_TIME);

    /** As many threads as are needed: the places limit them. */
    private final OwnLimiter threads = new OwnLimiter(CapacityLimiter.UNLIMITED);

    BlockingLookups() {
        this(PATIENCE);
    }

    BlockingLookups(Duration patience) {
        this.patience = patience;
    }

    /**
     * The place of one lookup. It is given back once: by the lookup when it ends, or earlier by a task that waits for a
     * place and finds that this lookup hangs.
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
        if (task == null) {
            return lookup.call();
        }
        Place place = take(task, places.of(task.runtime()));
        try {
            return inWorkerThread(task, name, () -> {
                place.used = true;
                try {
                    return lookup.call();
                } finally {
                    place.giveBack();
                }
            });
        } finally {
            if (!place.used) {
                place.giveBack();
            }
        }
    }

    /**
     * Runs a lookup that this machine answers itself, and that needs no place. A checkpoint if the caller is a task.
     */
    <T, X extends Exception> T callLocal(String name, Body<T, X> lookup) throws X {
        TaskContext task = TaskContext.currentOrNull();
        return task == null ? lookup.call() : inWorkerThread(task, name, lookup);
    }

    private <T, X extends Exception> T inWorkerThread(TaskContext task, String name, Body<T, X> lookup) throws X {
        return task.runtime().require(Threads.class).runInWorkerThread(lookup,
                WorkerOptions.DEFAULT.cancellable(true).name(name).limiter(threads.of(task.runtime())));
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

    /** Takes the places of the lookups that hang. Returns the time after which the next one counts as hanging. */
    private Duration expelHanging() {
        Place oldest = taken.peek();
        while (oldest != null && !oldest.left().isPositive()) {
            oldest.giveBack();
            oldest = taken.peek();
        }
        return oldest == null ? patience : oldest.left();
    }
}
