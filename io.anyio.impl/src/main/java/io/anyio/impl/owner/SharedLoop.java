package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop that all owners of one holder share, opened for its first task and ended with the last owner, and those
 * owners. {@code OwnerStopTest} opens and closes them in every order.
 */
final class SharedLoop {
    private final LoopRuntime runtime;
    private final Holder holder;
    private final LongSupplier grace;
    private final LoopOptions loops;
    private final Consumer<SharedLoop> whenEmpty;
    private final List<HolderOwner> owners = new ArrayList<>();
    private final List<AutoCloseable> kept = new ArrayList<>();
    private @Nullable Run run;

    /** Whether a stop of the whole holder has begun: what its bundle still opens is of no use. */
    private boolean stopped;

    /** With a grace in nanoseconds, which may change. */
    SharedLoop(LoopRuntime runtime, Holder holder, LongSupplier grace, LoopOptions loops,
            Consumer<SharedLoop> whenEmpty) {
        this.runtime = runtime;
        this.holder = holder;
        this.grace = grace;
        this.loops = loops;
        this.whenEmpty = whenEmpty;
    }

    long graceNanos() {
        return Math.min(grace.getAsLong(), Long.MAX_VALUE / 2);
    }

    Holder holder() {
        return holder;
    }

    synchronized HolderOwner open(String service) {
        HolderOwner owner = new HolderOwner(this, service);
        owners.add(owner);
        return owner;
    }

    /** The holder's loop; opened by the first call. */
    synchronized Run run(String service) {
        if (isStopped()) {
            throw new LoopClosedException("The service " + service + " can start nothing for " + holder.name()
                    + ": its bundle is stopping. Do not use the service when its component is being deactivated");
        }
        Run open = run;
        if (open == null) {
            open = runtime.open(loops.name("anyio-" + holder.name()), holder);
            run = open;
        }
        open.loop.checkIntact("Nothing can be started for the bundle " + holder.name());
        return open;
    }

    /** The run, if there has been a first task. */
    synchronized @Nullable Run runIfOpen() {
        return run;
    }

    /** Whether the holder has been stopped and was not started again. */
    synchronized boolean isStopped() {
        if (stopped && !holder.stopping().getAsBoolean()) {
            stopped = false;
        }
        return stopped;
    }

    /** Stops an owner, and if the whole holder stops all others with it; at the second call waits for the first. */
    void stop(HolderOwner owner) {
        Stop active;
        boolean begins = false;
        synchronized (this) {
            active = owner.stop();
            if (active == null) {
                begins = true;
                active = begin(owner);
            }
        }
        if (begins) {
            active.perform();
        } else {
            active.await();
        }
    }

    private Stop begin(HolderOwner owner) {
        boolean all = holder.stopping().getAsBoolean();
        return all ? beginAll() : begin(List.of(owner), false);
    }

    /** Begins the stop of all owners that are left; to be performed. */
    synchronized Stop beginAll() {
        stopped = true;
        return begin(owners.stream().filter(each -> each.stop() == null).toList(), true);
    }

    private Stop begin(List<HolderOwner> stopping, boolean all) {
        Stop begun = new Stop(this, stopping, all);
        stopping.forEach(each -> each.stop(begun));
        return begun;
    }

    /** Whether owners that go on have tasks. */
    boolean othersHaveTasks() {
        List<HolderOwner> all;
        synchronized (this) {
            all = List.copyOf(owners);
        }
        return all.stream().anyMatch(owner -> !owner.isStopping() && owner.hasTasks());
    }

    /** Keeps the streams of a released owner open for a while, or until the next owner's tasks have ended. */
    void keepForOthers(List<AutoCloseable> streams, long nanos) {
        if (streams.isEmpty()) {
            return;
        }
        synchronized (this) {
            kept.addAll(streams);
        }
        Thread closer = Stop.newThread(this, () -> {
            try {
                TimeUnit.NANOSECONDS.sleep(nanos);
            } catch (InterruptedException _) {
                // a little earlier, then
            }
            closeKept();
        });
        closer.start();
    }

    void closeKept() {
        List<AutoCloseable> streams;
        synchronized (this) {
            streams = List.copyOf(kept);
            kept.clear();
        }
        streams.forEach(HolderOwner::closeQuietly);
    }

    /** Forgets owners; with the last one the loop is to end, and is returned. */
    @Nullable
    Run remove(List<HolderOwner> ended) {
        Run last = null;
        synchronized (this) {
            owners.removeAll(ended);
            if (owners.isEmpty()) {
                last = run;
                run = null;
            }
        }
        whenEmpty.accept(this);
        return last;
    }

    /** Whether its holder stops, or has stopped: it takes no new owner then. */
    synchronized boolean isStopping() {
        return isStopped() || holder.stopping().getAsBoolean();
    }

    /** The stops that have begun and not ended. */
    synchronized List<Stop> stops() {
        return owners.stream().map(HolderOwner::stop).filter(Objects::nonNull).distinct().toList();
    }

    synchronized boolean isEmpty() {
        return owners.isEmpty();
    }
}
