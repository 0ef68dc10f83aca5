package io.anyio.impl.owner;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.LoopClosedException;
import io.anyio.impl.run.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The owners of one holder, and the loop that they share. The loop is opened for the first task, and ends with the last
 * owner. {@code OwnerStopTest} opens and closes owners in every order.
 */
final class SharedLoop {
    private static final Report LOG = new Report("io.anyio");

    private final Holder holder;
    private final Source source;
    private final List<HolderOwner> owners = new ArrayList<>();
    private final List<AutoCloseable> kept = new ArrayList<>();
    private @Nullable Run run;

    /** Whether a stop of the whole holder has begun: a resource that its bundle still opens is closed. */
    private boolean stopped;

    /** Where the loop and the grace come from. */
    interface Source {
        Run openLoop(Holder holder);

        /** How long the tasks of a stopping holder may take. */
        Duration grace();
    }

    SharedLoop(Holder holder, Source source) {
        this.holder = holder;
        this.source = source;
    }

    long graceNanos() {
        return Math.min(Deadline.nanosOf(source.grace()), Long.MAX_VALUE / 2);
    }

    Holder holder() {
        return holder;
    }

    synchronized void add(HolderOwner owner) {
        owners.add(owner);
    }

    /** The owners whose stop has not begun. */
    synchronized List<HolderOwner> going() {
        return owners.stream().filter(owner -> !owner.isStopping()).toList();
    }

    /** The holder's loop; opened by the first call. */
    synchronized Run run(String service) {
        if (isStopped()) {
            throw new LoopClosedException("The service " + service + " can start nothing for " + holder.name()
                    + ": its bundle is stopping. Do not use the service when its component is being deactivated");
        }
        Run open = run;
        if (open == null) {
            open = source.openLoop(holder);
            run = open;
        }
        open.loop.breakage.checkIntact("Nothing can be started for the bundle " + holder.name());
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

    /** Notes that the holder is stopped: nothing is started for it any more. */
    synchronized void markStopped() {
        stopped = true;
    }

    /** Whether owners that are not being stopped have tasks. */
    boolean othersHaveTasks() {
        return going().stream().anyMatch(HolderOwner::hasTasks);
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
            // then they are closed a little earlier
        } finally {
            closeKept();
        }
    }

    /**
     * Starts a thread for a part of a stop, if one can be created.
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
            try {
                LOG.log(System.Logger.Level.WARNING, e, "No thread can be started for the stop of ", holder.name(),
                        ": ", instead);
            } catch (Throwable _) {
                // memory or stack is short
            }
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

    /** Forgets owners; returns the loop if it should end because they were the last. */
    synchronized @Nullable Run remove(List<HolderOwner> ended) {
        owners.removeAll(ended);
        if (!owners.isEmpty()) {
            return null;
        }
        Run lastRun = run;
        run = null;
        return lastRun;
    }

    synchronized boolean isEmpty() {
        return owners.isEmpty();
    }
}
