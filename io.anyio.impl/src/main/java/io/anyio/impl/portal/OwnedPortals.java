package io.anyio.impl.portal;

import io.anyio.api.spi.Owner;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalProvider;
import io.anyio.api.thread.Portals;
import io.anyio.impl.task.Task;
import io.anyio.impl.thread.Stragglers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The portals of one owner: their loops have the owner's holder, and are stopped, their tasks cancelled, when the owner closes. */
public class OwnedPortals implements Portals {
    private static final Report LOG = new Report("io.anyio");

    private final Owner owner;
    private final LoopOpener opener;
    private final Set<LoopPortal> open = new HashSet<>();
    private boolean registered;
    private boolean closed;

    /**
     * Makes the service; no thread is started.
     *
     * @param owner who uses it
     * @param opener makes the loops
     */
    public OwnedPortals(Owner owner, LoopOpener opener) {
        this.owner = owner;
        this.opener = opener;
    }

    @Override
    public BlockingPortal start(UnaryOperator<LoopOptions> options) {
        LoopOptions chosen = options.apply(LoopOptions.DEFAULT);
        prepare();
        return start(chosen).awaitStart();
    }

    /** Starts a portal; does not wait. */
    private LoopPortal start(LoopOptions options) {
        LoopPortal portal = LoopPortal.start(opener.open(options, owner.holder()));
        synchronized (this) {
            if (!closed) {
                open.add(portal);
            }
        }
        portal.run().loop.whenEnded(() -> forget(portal));
        if (isClosed()) {
            portal.stop(true);
            throw gone();
        }
        return portal;
    }

    @Override
    public PortalProvider provider(UnaryOperator<LoopOptions> options) {
        LoopOptions chosen = options.apply(LoopOptions.DEFAULT);
        return new SharedPortal(new SharedPortal.Starter() {
            @Override
            public void prepare() {
                OwnedPortals.this.prepare();
            }

            @Override
            public LoopPortal start() {
                return OwnedPortals.this.start(chosen);
            }
        });
    }

    /** Has the owner close the portals, which it does at once if it has gone. */
    private void prepare() {
        synchronized (this) {
            if (closed) {
                throw gone();
            }
            if (registered) {
                return;
            }
            registered = true;
        }
        owner.register(this::closeAll);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private LoopClosedException gone() {
        return new LoopClosedException("The service Portals was released by " + owner.holder().name()
                + ": its component or bundle has been stopped, so no portal is started for it any more");
    }

    private synchronized void forget(LoopPortal ended) {
        open.remove(ended);
    }

    /** Stops all portals and waits for them, all together for the rest of the holder's grace at the most. */
    private void closeAll() {
        List<LoopPortal> portals;
        synchronized (this) {
            closed = true;
            portals = new ArrayList<>(open);
        }
        long deadline = System.nanoTime() + owner.graceLeft().toNanos();
        portals.forEach(portal -> portal.stop(true));
        Task<?> current = Task.currentOrNull();
        for (LoopPortal portal : portals) {
            boolean own = current != null && current.run == portal.run();
            if (!own && !awaitEnd(portal, deadline)) {
                portal.tasks().forEach(task -> report(portal, task));
            }
            Stragglers.interruptAbandoned(portal.run(), deadline).forEach(this::report);
        }
    }

    private static boolean awaitEnd(LoopPortal portal, long deadline) {
        try {
            return portal.run().loop.awaitEnd(Math.max(0, deadline - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return portal.run().loop.hasEnded();
        }
    }

    private void report(String worker) {
        LOG.log(System.Logger.Level.WARNING, null,
                "A worker thread of ", owner.holder().name(), " did not end within the grace of its stop and was interrupted: ", worker);
    }

    private void report(LoopPortal portal, Task<?> straggler) {
        LOG.log(System.Logger.Level.WARNING, null,
                "The task '", straggler.name(), "' of the portal ", portal.run().loop.name, " of ", owner.holder().name(), ", started ",
                straggler.age().toMillis(),
                " ms ago, did not end within the grace of its stop and was interrupted once; the portal's thread stays until it ends. It is at",
                Stragglers.interrupt(straggler));
    }
}
