package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.LoopClosedException;
import io.anyio.impl.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The loop that all owners of one holder share, opened for its first task and ended with the last owner, and those
 * owners. {@code OwnerStopTest} opens and closes them in every order.
 */
final class SharedLoop {
    static final String BUNDLE_STOPPED = "its bundle has been stopped";
    private static final Report LOG = new Report("io.anyio");

    private final HolderOwners all;
    private final Holder holder;
    private final List<HolderOwner> owners = new ArrayList<>();
    private final List<Stop> stops = new ArrayList<>();
    private final List<AutoCloseable> kept = new ArrayList<>();
    private @Nullable Run run;

    /** The last stop of some of the owners, unless one was opened since. */
    private @Nullable Stop last;

    /** Whether a stop of the whole holder has begun: what its bundle still opens is of no use. */
    private boolean stopped;

    /** When the holder was first seen stopping while nothing was stopped; zero if it was not. */
    private long stopSeen;

    SharedLoop(HolderOwners all, Holder holder) {
        this.all = all;
        this.holder = holder;
    }

    long graceNanos() {
        return Math.min(Deadline.nanosOf(all.grace()), Long.MAX_VALUE / 2);
    }

    Holder holder() {
        return holder;
    }

    synchronized HolderOwner open(String service) {
        HolderOwner owner = new HolderOwner(all, this, service);
        owners.add(owner);
        last = null;
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
            open = all.openLoop(holder);
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
        return holder.stopping().getAsBoolean()
                ? beginAll(BUNDLE_STOPPED)
                : begin(List.of(owner), false, "its component has been deactivated, or has let go of it");
    }

    /** Begins the stop of all owners that are left; to be performed. */
    synchronized Stop beginAll(String reason) {
        stopped = true;
        return begin(owners.stream().filter(each -> each.stop() == null).toList(), true, reason);
    }

    private Stop begin(List<HolderOwner> stopping, boolean ofHolder, String reason) {
        Stop begun = new Stop(this, stopping, ofHolder, reason, ofHolder ? null : last);
        // this may fail: no owner must have a stop that nobody performs
        stops.add(begun);
        stopping.forEach(each -> each.stop(begun));
        last = begun;
        return begun;
    }

    /**
     * Looks whether the bundle stops without having released any of its services, which its stop code does if it waits
     * for its own tasks first. It would wait for ever, so all owners are ended once the grace has passed. The framework
     * sends no event before a bundle runs its stop code. On the watchdog's thread.
     */
    void look() {
        long now = System.nanoTime();
        synchronized (this) {
            if (stopped || !holder.stopping().getAsBoolean()) {
                stopSeen = 0;
                return;
            }
            if (stopSeen == 0) {
                stopSeen = now;
            }
            if (now - stopSeen < graceNanos()) {
                return;
            }
        }
        LOG.log(System.Logger.Level.WARNING, null, "The bundle ", holder.name(), " has been stopping for more than ",
                TimeUnit.NANOSECONDS.toMillis(graceNanos()),
                " ms and has not released its services, so its tasks are ended now. ",
                "Does its stop code wait for them? Cancel them there first");
        beginAll(BUNDLE_STOPPED).start();
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
        if (!startThread(() -> closeKeptAfter(nanos), "streams that its other services may use are closed at once")) {
            closeKept();
        }
    }

    /** On a thread of its own. */
    private void closeKeptAfter(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException _) {
            // a little earlier, then
        } finally {
            closeKept();
        }
    }

    /**
     * Starts a thread for a part of a stop, if there is one to be had.
     *
     * @param work what it does
     * @param instead what the caller does if there is none, for the log
     * @return whether it was started
     */
    boolean startThread(Runnable work, String instead) {
        try {
            Thread thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
                    .name("anyio-stop-" + holder.name()).unstarted(work);
            thread.setContextClassLoader(SharedLoop.class.getClassLoader());
            thread.start();
            return true;
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.WARNING, e, "No thread can be started for the stop of ", holder.name(), ": ",
                    instead);
            return false;
        }
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
    synchronized @Nullable Run remove(List<HolderOwner> ended) {
        owners.removeAll(ended);
        if (!owners.isEmpty()) {
            return null;
        }
        Run lastRun = run;
        run = null;
        return lastRun;
    }

    /** A stop has ended, and with that of the last owner the loop. */
    void ended(Stop stop) {
        synchronized (this) {
            stops.remove(stop);
        }
        all.forget(this);
    }

    /** Whether its holder stops, or has stopped: it takes no new owner then. */
    synchronized boolean isStopping() {
        return isStopped() || holder.stopping().getAsBoolean();
    }

    /** The stops that have begun and not ended. */
    synchronized List<Stop> stops() {
        return List.copyOf(stops);
    }

    synchronized boolean isEmpty() {
        return owners.isEmpty() && stops.isEmpty();
    }
}
