package io.anyio.impl.portal;

import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalLease;
import io.anyio.api.thread.PortalProvider;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A portal that its users share. */
final class SharedPortal implements PortalProvider {
    private final Supplier<BlockingPortal> starter;
    private @Nullable BlockingPortal portal;
    private int leases;

    SharedPortal(Supplier<BlockingPortal> starter) {
        this.starter = starter;
    }

    @Override
    public synchronized PortalLease open() {
        BlockingPortal shared = portal;
        if (shared == null) {
            shared = starter.get();
            portal = shared;
        }
        leases++;
        return new Lease(shared);
    }

    /** Gives a lease back; the portal to be stopped if it was the last. */
    private synchronized @Nullable BlockingPortal release() {
        leases--;
        BlockingPortal last = leases == 0 ? portal : null;
        if (last != null) {
            portal = null;
        }
        return last;
    }

    private final class Lease implements PortalLease {
        private final BlockingPortal shared;
        private final AtomicBoolean closed = new AtomicBoolean();

        Lease(BlockingPortal shared) {
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
