package io.anyio.impl.portal;

import io.anyio.api.spi.Options;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Stoppable;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalProvider;
import io.anyio.api.thread.Portals;
import io.anyio.impl.run.Run;
import io.anyio.impl.team.LoopTeam;
import io.anyio.impl.thread.Stragglers;
import io.anyio.impl.thread.TimedWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;

/**
 * The portals of one owner. Their loops have the owner's holder. When the owner closes, they are stopped and their
 * tasks cancelled.
 */
public class OwnedPortals implements Portals {
    private final Owner owner;
    private final LoopOpener opener;
    private final Set<LoopPortal> open = new HashSet<>();
    private boolean registered;
    private boolean closed;

    /**
     * Makes the service; no thread is started.
     *
     * @param owner the owner of its portals
     * @param opener makes the loops
     */
    public OwnedPortals(Owner owner, LoopOpener opener) {
        this.owner = owner;
        this.opener = opener;
    }

    @Override
    public BlockingPortal start(UnaryOperator<LoopOptions> options) {
        LoopOptions chosen = Options.chosen("Portals.start", LoopOptions.DEFAULT, options);
        prepare();
        return start(chosen).awaitStart();
    }

    /** Starts a portal; does not wait. */
    private LoopPortal start(LoopOptions options) {
        LoopPortal portal = LoopPortal.start(opener.open(options, owner.holder()));
        boolean known = false;
        try {
            synchronized (this) {
                if (closed) {
                    throw gone();
                }
                open.add(portal);
            }
            portal.run.loop.end.observe(() -> forget(portal));
            known = true;
            return portal;
        } finally {
            if (!known) {
                portal.stop(true);
            }
        }
    }

    @Override
    public PortalProvider provider(UnaryOperator<LoopOptions> options) {
        LoopOptions chosen = Options.chosen("Portals.provider", LoopOptions.DEFAULT, options);
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

    /** Registers the portals with the owner, which closes them at its end, or at once if it is closed. */
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
        boolean known = false;
        try {
            owner.register(new All());
            known = true;
        } finally {
            if (!known) {
                forgetRegistration();
            }
        }
    }

    private synchronized void forgetRegistration() {
        registered = false;
    }

    /** Makes the exception for a start after the end. Usually the owner throws its own exception, with the reason. */
    private LoopClosedException gone() {
        owner.checkOpen();
        return new LoopClosedException(
                "The service Portals of " + owner.holder().name() + " has been closed, so no portal is started");
    }

    private synchronized void forget(LoopPortal ended) {
        open.remove(ended);
    }

    private synchronized List<LoopPortal> portals() {
        return List.copyOf(open);
    }

    /** Stops all portals, for their owner. */
    private final class All implements Stoppable {
        @Override
        public void stop() {
            synchronized (OwnedPortals.this) {
                closed = true;
            }
            portals().forEach(Portal::stop);
        }

        @Override
        public void cancel() {
            portals().forEach(portal -> portal.stop(true));
        }

        @Override
        public boolean awaitEnd(Duration patience) {
            long end = System.nanoTime() + patience.toNanos();
            boolean ended = true;
            for (LoopPortal portal : portals()) {
                ended &= OwnedPortals.awaitEnd(portal, end - System.nanoTime());
            }
            return ended;
        }

        @Override
        public void close() {
            stop();
            cancel();
            long end = System.nanoTime() + owner.graceLeft().toNanos();
            Map<Run, Stragglers> all = new LinkedHashMap<>();
            for (LoopPortal portal : portals()) {
                LoopTeam.of(portal.run).runs().forEach(run -> all.put(run, new Stragglers(run, owner.holder().name())));
            }
            List<Stragglers.Search> stuck = new ArrayList<>();
            all.forEach((run, stragglers) -> {
                LongPredicate ended = nanos -> TimedWait.patiently(nanos, run.loop::awaitEnd);
                if (!ended.test(end - System.nanoTime())) {
                    stuck.add(stragglers.search(() -> run.root, ended));
                }
            });
            Stragglers.end(stuck);
            all.values().forEach(stragglers -> stragglers.endAbandoned(end));
        }
    }

    private static boolean awaitEnd(LoopPortal portal, long nanos) {
        return TimedWait.patiently(nanos, portal.run::awaitEnd);
    }
}
