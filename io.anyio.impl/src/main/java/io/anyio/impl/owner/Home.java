package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.task.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one holder has: its loop, from the first task on, and its open owners. */
final class Home {
    private final Anyio anyio;
    private final Holder holder;
    private final Duration grace;
    private final Consumer<Home> whenEmpty;
    private final List<HolderOwner> owners = new ArrayList<>();
    private @Nullable Run run;
    private long stopDeadline;
    private boolean stopping;

    Home(Anyio anyio, Holder holder, Duration grace, Consumer<Home> whenEmpty) {
        this.anyio = anyio;
        this.holder = holder;
        this.grace = grace;
        this.whenEmpty = whenEmpty;
    }

    Duration grace() {
        return grace;
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
    synchronized Run run() {
        if (stopping) {
            throw new LoopClosedException("The bundle " + holder.name() + " is stopping: nothing can be started for it any more");
        }
        Run open = run;
        if (open == null) {
            open = anyio.open(LoopOptions.DEFAULT.name("anyio-" + holder.name()), holder);
            run = open;
        }
        open.loop.checkIntact("Nothing can be started for the bundle " + holder.name());
        return open;
    }

    /** The run, if there has been a first task. */
    synchronized @Nullable Run runIfOpen() {
        return run;
    }

    /**
     * Until when an owner that closes may wait. If the whole holder stops, the first owner cancels the tasks of all, and they share one grace.
     *
     * @return a point of {@link System#nanoTime}
     */
    long beginClose() {
        List<HolderOwner> all;
        long deadline;
        synchronized (this) {
            deadline = System.nanoTime() + grace.toNanos();
            if (!holder.stopping().getAsBoolean()) {
                return deadline;
            }
            if (stopping) {
                return stopDeadline;
            }
            stopping = true;
            stopDeadline = deadline;
            all = List.copyOf(owners);
        }
        all.forEach(HolderOwner::cancel);
        return deadline;
    }

    /** Forgets an owner; the last one ends the loop. */
    @Nullable
    Run closed(HolderOwner owner) {
        Run last = null;
        synchronized (this) {
            owners.remove(owner);
            if (owners.isEmpty()) {
                last = run;
                run = null;
            }
        }
        if (last != null) {
            last.loop.finish();
        }
        whenEmpty.accept(this);
        return last;
    }

    synchronized boolean isEmpty() {
        return owners.isEmpty();
    }
}
