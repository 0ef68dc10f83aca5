package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.LoopOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The owners of all holders of a container: one loop for each holder.
 *
 * <p>Whoever opens an owner may come too late: its holder has stopped meanwhile, or these owners have. An owner is
 * first entered and then checked, and {@link #end} and {@link #close} first make the check fail and then sweep:
 * whichever comes last closes it ({@code HolderOwnersTest}). A holder that starts again while its former life still
 * ends gets a loop of its own, so that neither is in the other's way.
 */
public final class HolderOwners implements Owners, AutoCloseable {
    /** How long the tasks of a stopping bundle may take; Felix SCR gives up after 5 s. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(2);

    private final LoopRuntime runtime;
    private final LoopOptions loops;
    private final List<SharedLoop> sharedLoops = new ArrayList<>();
    private volatile Duration grace;
    private volatile boolean closed;

    /**
     * Makes it; no thread is started.
     *
     * @param runtime makes the loops
     * @param grace how long the tasks of a stopping bundle may take
     */
    public HolderOwners(LoopRuntime runtime, Duration grace) {
        this(runtime, grace, LoopOptions.DEFAULT);
    }

    /**
     * Makes it, with options for the loops.
     *
     * @param runtime makes the loops
     * @param grace how long the tasks of a stopping bundle may take
     * @param loops the options of each loop, but for its name
     */
    public HolderOwners(LoopRuntime runtime, Duration grace, LoopOptions loops) {
        this.runtime = runtime;
        this.grace = grace;
        this.loops = loops;
    }

    /**
     * How long the tasks of a stopping bundle may take.
     *
     * @return the grace of the stops that begin now
     */
    public Duration grace() {
        return grace;
    }

    /**
     * Changes the grace of the stops that begin from now on.
     *
     * @param changed how long the tasks of a stopping bundle may take
     */
    public void grace(Duration changed) {
        grace = changed;
    }

    /** The owner of a holder that has stopped is closed from the start, and says so to whoever uses it. */
    @Override
    public Owner open(String service, Holder holder) {
        HolderOwner owner = enter(service, holder);
        if (closed || holder.stopping().getAsBoolean()) {
            owner.close();
        }
        return owner;
    }

    private synchronized HolderOwner enter(String service, Holder holder) {
        for (SharedLoop shared : sharedLoops) {
            if (shared.holder().id() == holder.id() && !shared.isStopping()) {
                return shared.open(service);
            }
        }
        SharedLoop shared = new SharedLoop(runtime, holder, () -> Deadline.nanosOf(grace), loops, this::forget);
        sharedLoops.add(shared);
        return shared.open(service);
    }

    /**
     * Ends what a holder that has stopped has left, and waits for it as each owner does.
     *
     * @param id the holder's id
     */
    public void end(long id) {
        sweep(shared -> shared.holder().id() == id && shared.isStopping());
    }

    /** Ends all owners of all holders, and refuses new ones. */
    @Override
    public void close() {
        closed = true;
        sweep(_ -> true);
    }

    private void sweep(Predicate<SharedLoop> which) {
        List<SharedLoop> left;
        synchronized (this) {
            left = sharedLoops.stream().filter(which).toList();
        }
        // all at the same time: their graces must not add up
        left.forEach(shared -> shared.beginAll().start());
        left.forEach(shared -> shared.stops().forEach(Stop::await));
    }

    /** A holder without an owner must not be held: its class loader hangs on it. */
    private synchronized void forget(SharedLoop shared) {
        if (shared.isEmpty()) {
            sharedLoops.remove(shared);
        }
    }
}
