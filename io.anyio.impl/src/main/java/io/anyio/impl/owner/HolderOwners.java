package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The owners of all holders of a container: one loop for each holder. */
public final class HolderOwners implements Owners {
    /** How long the tasks of a stopping bundle may take; Felix SCR gives up after 5 s. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(2);

    private final Anyio anyio;
    private final Duration grace;
    private final Map<Long, Home> homes = new HashMap<>();

    /**
     * Makes it; no thread is started.
     *
     * @param anyio makes the loops
     * @param grace how long the tasks of a stopping bundle may take
     */
    public HolderOwners(Anyio anyio, Duration grace) {
        this.anyio = anyio;
        this.grace = grace;
    }

    @Override
    public synchronized Owner open(String service, Holder holder) {
        return homes.computeIfAbsent(holder.id(), _ -> new Home(anyio, holder, grace, this::forget)).open(service);
    }

    /** A holder without an owner must not be held: its class loader hangs on it. */
    private synchronized void forget(Home home) {
        if (home.isEmpty()) {
            homes.remove(home.holder().id(), home);
        }
    }
}
