package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.carry.Carriers;
import io.anyio.impl.run.Run;
import io.anyio.impl.watch.ChannelWaits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The owners of all holders of a container: one loop for each holder.
 *
 * <p>An owner may be opened too late: after its holder or these owners have stopped. An owner is first added and then
 * checked. {@link #end} and {@link #close} first make the check fail and then close all owners. So the last of the two
 * closes it ({@code HolderOwnersTest}). A holder that starts again while its former life still ends gets a new loop, so
 * that the two do not affect each other.
 */
public final class HolderOwners implements Owners, AutoCloseable {
    /** How long the tasks of a stopping bundle may take; Felix SCR gives up after 5 s. */
    public static final Duration DEFAULT_GRACE = Stop.USUAL_GRACE;

    /** Why all owners end if our own bundle stops. */
    public static final String RUNTIME_STOPPED = "the runtime of AnyIO has been stopped";

    private final LoopRuntime runtime;
    private final LoopOptions loops;
    private final Carriers carriers;
    private final Supplier<@Nullable String> ending;
    private final Keeper keeper = new Keeper();
    private final List<HolderLife> lives = new ArrayList<>();
    private volatile Duration grace;

    /** Why all owners have ended, so that each new one is closed from the start; null while they are open. */
    private volatile @Nullable String closed;

    /**
     * Makes the owners; no thread is started.
     *
     * @param runtime makes the loops
     * @param grace how long the tasks of a stopping bundle may take
     */
    public HolderOwners(LoopRuntime runtime, Duration grace) {
        this(runtime, grace, LoopOptions.DEFAULT);
    }

    /**
     * Makes the owners, with options for the loops.
     *
     * @param runtime makes the loops
     * @param grace how long the tasks of a stopping bundle may take
     * @param loops the options of each loop, but for its name
     */
    public HolderOwners(LoopRuntime runtime, Duration grace, LoopOptions loops) {
        this(runtime, grace, loops, () -> null);
    }

    /**
     * Makes the owners for a runtime that may end, and all owners with it.
     *
     * @param runtime makes the loops
     * @param grace how long the tasks of a stopping bundle may take
     * @param loops the options of each loop, but for its name
     * @param ending why the runtime ends; returns null while it does not
     */
    public HolderOwners(LoopRuntime runtime, Duration grace, LoopOptions loops, Supplier<@Nullable String> ending) {
        this.runtime = runtime;
        this.grace = grace;
        this.loops = loops;
        this.carriers = runtime.carriers().and(loops.contextCarriers());
        this.ending = ending;
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

    /** {@inheritDoc} The owner of a stopped holder is closed from the start, and refuses each use with the reason. */
    @Override
    public Owner open(String service, Holder holder) {
        HolderOwner owner = enter(service, holder);
        if (closed != null || holder.stopping().getAsBoolean()) {
            owner.close();
        }
        return owner;
    }

    private synchronized HolderOwner enter(String service, Holder holder) {
        for (HolderLife life : lives) {
            if (life.holder().id() == holder.id() && !life.isStopping()) {
                return life.open(service);
            }
        }
        HolderLife life = new HolderLife(holder, keeper);
        lives.add(life);
        return life.open(service);
    }

    /** Carries out the requests of the lives. */
    private final class Keeper implements HolderLife.Keeper {
        @Override
        public Run openLoop(Holder holder) {
            return HolderOwners.this.openLoop(loops.name("anyio-" + holder.name()), holder);
        }

        @Override
        public Duration grace() {
            return grace;
        }

        @Override
        public ChannelWaits waits() {
            return runtime.waits();
        }

        @Override
        public Carriers carriers() {
            return carriers;
        }

        /**
         * If the runtime ends, the stops of all owners of all holders begin now. Otherwise they would begin one by one,
         * as each owner is released, and each holder would have its own grace. The release of an owner waits for its
         * stop.
         */
        @Override
        public void beforeStop() {
            String reason = closed == null ? ending.get() : closed;
            if (reason != null) {
                closed = reason;
                beginAll(lives(_ -> true), reason);
            }
        }

        /** A holder without owners is forgotten: it keeps a class loader alive. */
        @Override
        public void afterStop(HolderLife life) {
            synchronized (HolderOwners.this) {
                if (life.isEmpty()) {
                    lives.remove(life);
                }
            }
        }
    }

    /**
     * Opens a loop of a holder, such as that of a portal. While it is open, its watchdog looks whether the holder is
     * stopping and has not released its services.
     *
     * @param options the loop's options
     * @param holder the user of the loop
     * @return its run
     */
    public Run openLoop(LoopOptions options, Holder holder) {
        Run run = runtime.open(options, holder);
        run.loop.whenLookedAt(() -> lives(life -> life.holder().equals(holder)).forEach(HolderLife::look));
        return run;
    }

    /**
     * Ends the owners that a stopped holder has not released, and waits for their end.
     *
     * @param id the holder's id
     */
    public void end(long id) {
        sweep(lives(life -> life.holder().id() == id && life.isStopping()), HolderLife.BUNDLE_STOPPED);
    }

    /** Ends all owners of all holders, and refuses new ones. */
    @Override
    public void close() {
        String reason = ending.get();
        closed = reason == null ? RUNTIME_STOPPED : reason;
        sweep(lives(_ -> true), closed);
    }

    private synchronized List<HolderLife> lives(Predicate<HolderLife> which) {
        return lives.stream().filter(which).toList();
    }

    /** Begins all stops at the same time, so that their graces do not add up. */
    private static void beginAll(List<HolderLife> lives, String reason) {
        List<Stop> begun = new ArrayList<>(lives.size());
        try {
            for (HolderLife life : lives) {
                begun.add(life.beginAll(reason));
            }
        } finally {
            // even if one could not begin: others wait for those that have; not a lambda, whose linking needs memory
            for (int i = 0; i < begun.size(); i++) {
                begun.get(i).start();
            }
        }
    }

    private static void sweep(List<HolderLife> lives, String reason) {
        beginAll(lives, reason);
        for (HolderLife life : lives) {
            for (Stop stop : life.stops()) {
                stop.await();
            }
        }
    }
}
