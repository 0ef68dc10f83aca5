package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.LoopOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The owners of all holders of a container: one loop for each holder. */
public final class HolderOwners implements Owners {
    /** How long the tasks of a stopping bundle may take; Felix SCR gives up after 5 s. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(2);

    private final Anyio anyio;
    private final Duration grace;
    private final LoopOptions loops;
    private final Map<Long, Home> homes = new HashMap<>();

    /** The ids of holders that were stopped: what they open before they are started again must not start a loop. */
    private final Set<Long> stopped = new HashSet<>();

    /**
     * Makes it; no thread is started.
     *
     * @param anyio makes the loops
     * @param grace how long the tasks of a stopping bundle may take
     */
    public HolderOwners(Anyio anyio, Duration grace) {
        this(anyio, grace, LoopOptions.DEFAULT);
    }

    /**
     * Makes it, with options for the loops.
     *
     * @param anyio makes the loops
     * @param grace how long the tasks of a stopping bundle may take
     * @param loops the options of each loop, but for its name
     */
    public HolderOwners(Anyio anyio, Duration grace, LoopOptions loops) {
        this.anyio = anyio;
        this.grace = grace;
        this.loops = loops;
    }

    @Override
    public synchronized Owner open(String service, Holder holder) {
        return homes.computeIfAbsent(holder.id(), id -> new Home(anyio, holder, grace, loops, stopped.remove(id), this::forget))
                .open(service);
    }

    /** A holder without an owner must not be held: its class loader hangs on it. */
    private synchronized void forget(Home home) {
        if (home.isEmpty() && homes.remove(home.holder().id(), home) && home.isStopped()) {
            stopped.add(home.holder().id());
        }
    }
}
