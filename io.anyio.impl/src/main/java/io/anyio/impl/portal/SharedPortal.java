package io.anyio.impl.portal;

import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalLease;
import io.anyio.api.thread.PortalProvider;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A portal that its users share. The monitor is never held during a wait: on {@code pool}, a task that blocks on it
 * would prevent the task that holds it from running.
 */
final class SharedPortal implements PortalProvider {
    /** Starts portals. */
    interface Starter {
        /** Called by each user before the portal is started or shared; it may wait, and throw. */
        void prepare();

        /** Starts a portal; does not wait. */
        LoopPortal start();
    }

    private final Starter starter;
    private @Nullable LoopPortal portal;
    private int leases;

    SharedPortal(Starter starter) {
        this.starter = starter;
    }

    @Override
    public PortalLease open() {
        starter.prepare();
        Lease lease = use();
        boolean open = false;
        try {
            lease.shared.awaitOpened();
            open = true;
        } finally {
            if (!open) {
                lease.close();
            }
        }
        return lease;
    }

    /** Counts one more user, and starts the portal for the first. */
    private synchronized Lease use() {
        LoopPortal shared = portal;
        if (shared == null) {
            shared = starter.start();
            portal = shared;
        }
        Lease lease = new Lease(shared);
        leases++;
        return lease;
    }

    /** Ends a lease; returns the portal to be stopped if the lease was the last one. */
    private synchronized @Nullable BlockingPortal release() {
        leases--;
        BlockingPortal last = leases == 0 ? portal : null;
        if (last != null) {
            portal = null;
        }
        return last;
    }

    private final class Lease implements PortalLease {
        private final LoopPortal shared;
        private final AtomicBoolean closed = new AtomicBoolean();

        Lease(LoopPortal shared) {
            this.shared = shared;
        }

        @Override
        public BlockingPortal portal() {
            if (closed.get()) {
                throw new IllegalStateException("The lease of " + shared + " was closed: open another one");
            }
            return shared;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                BlockingPortal last = release();
                if (last != null) {
                    last.close();
                }
            }
        }
    }
}
