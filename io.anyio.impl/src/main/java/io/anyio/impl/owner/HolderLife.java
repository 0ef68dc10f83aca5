package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.error.Report;
import io.anyio.impl.carry.Carriers;
import io.anyio.impl.run.Run;
import io.anyio.impl.watch.ChannelWaits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One life of a holder, from the first owner that is opened for it until it stops: decides which of its owners stop
 * together, and with which grace. Guarded by the loop that they share. {@code OwnerStopTest} and
 * {@code StopTogetherTest} stop them in every order.
 */
final class HolderLife implements HolderOwner.Life {
    static final String BUNDLE_STOPPED = "its bundle has been stopped";
    private static final Report LOG = new Report("io.anyio");

    private final Holder holder;
    private final Keeper keeper;
    private final SharedLoop shared;
    private final List<Stop> stops = new ArrayList<>();

    /** The last stop of some of the owners, unless an owner was opened since. */
    private @Nullable Stop last;

    /** When the holder was first seen stopping while nothing was stopped; zero if it was not. */
    private long stopSeen;

    /** The keeper of all lives, as one life sees it. */
    interface Keeper extends SharedLoop.Source {
        ChannelWaits waits();

        Carriers carriers();

        /** An owner is about to be stopped, which may be because all of them end. */
        void beforeStop();

        /** A stop has ended, which may have been the last one. */
        void afterStop(HolderLife life);
    }

    HolderLife(Holder holder, Keeper keeper) {
        this.holder = holder;
        this.keeper = keeper;
        this.shared = new SharedLoop(holder, keeper);
    }

    @Override
    public Holder holder() {
        return holder;
    }

    @Override
    public Run run(String service) {
        return shared.run(service);
    }

    @Override
    public long graceNanos() {
        return shared.graceNanos();
    }

    @Override
    public ChannelWaits waits() {
        return keeper.waits();
    }

    @Override
    public Carriers carriers() {
        return keeper.carriers();
    }

    HolderOwner open(String service) {
        HolderOwner owner = new HolderOwner(this, service);
        synchronized (shared) {
            shared.add(owner);
            last = null;
        }
        return owner;
    }

    /**
     * Stops an owner, and all others with it if the whole holder stops. A second call waits for the first one's stop.
     */
    @Override
    public void stop(HolderOwner owner) {
        keeper.beforeStop();
        HolderOwner.Ending before;
        Stop begun = null;
        synchronized (shared) {
            before = owner.ending();
            if (before == null) {
                begun = begin(owner);
            }
        }
        if (begun != null) {
            begun.perform();
        } else if (before != null) {
            before.await();
        }
    }

    private Stop begin(HolderOwner owner) {
        return holder.stopping().getAsBoolean()
                ? beginAll(BUNDLE_STOPPED)
                : begin(List.of(owner), false, "its component has been deactivated, or has let go of it");
    }

    /** Begins the stop of all remaining owners, which the caller performs. */
    Stop beginAll(String reason) {
        synchronized (shared) {
            Stop begun = begin(shared.going(), true, reason);
            shared.markStopped();
            return begun;
        }
    }

    private Stop begin(List<HolderOwner> stopping, boolean ofHolder, String reason) {
        Stop begun = new Stop(shared, stopping, ofHolder, reason, ofHolder ? null : last, this::ended);
        // only this may fail: no owner must have a stop that is never performed
        stops.add(begun);
        for (int i = 0; i < stopping.size(); i++) {
            stopping.get(i).ending(begun);
        }
        last = begun;
        return begun;
    }

    /**
     * Checks whether the bundle stops without having released any of its services: its stop code may wait for its own
     * tasks first. It would wait indefinitely, so all owners are ended once the grace has passed. The framework sends
     * no event before a bundle runs its stop code. On the watchdog's thread.
     */
    void look() {
        long now = System.nanoTime();
        synchronized (shared) {
            if (shared.isStopped() || !holder.stopping().getAsBoolean()) {
                stopSeen = 0;
                return;
            }
            if (stopSeen == 0) {
                stopSeen = now;
            }
            if (now - stopSeen < shared.graceNanos()) {
                return;
            }
        }
        LOG.log(System.Logger.Level.WARNING, null, "The bundle ", holder.name(), " has been stopping for more than ",
                TimeUnit.NANOSECONDS.toMillis(shared.graceNanos()),
                " ms and has not released its services, so its tasks are ended now. ",
                "Does its stop code wait for them? Cancel them there first");
        beginAll(BUNDLE_STOPPED).start();
    }

    private void ended(Stop stop) {
        synchronized (shared) {
            stops.remove(stop);
        }
        keeper.afterStop(this);
    }

    /** Whether its holder stops, or has stopped: it takes no new owner then. */
    boolean isStopping() {
        return shared.isStopped() || holder.stopping().getAsBoolean();
    }

    /** The stops that have begun and not ended. */
    List<Stop> stops() {
        synchronized (shared) {
            return List.copyOf(stops);
        }
    }

    boolean isEmpty() {
        synchronized (shared) {
            return shared.isEmpty() && stops.isEmpty();
        }
    }
}
