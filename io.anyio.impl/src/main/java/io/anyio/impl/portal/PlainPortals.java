package io.anyio.impl.portal;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Options;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.PortalProvider;
import io.anyio.api.thread.Portals;
import io.anyio.impl.task.Task;
import java.util.function.UnaryOperator;

/**
 * Portals without a framework: they belong to the application, or to the run of the task that starts them, and end with
 * it.
 */
public final class PlainPortals implements Portals {
    private final LoopOpener opener;

    /**
     * Makes the service; no thread is started.
     *
     * @param opener makes the loops
     */
    public PlainPortals(LoopOpener opener) {
        this.opener = opener;
    }

    @Override
    public BlockingPortal start(UnaryOperator<LoopOptions> options) {
        LoopOptions chosen = Options.chosen("Portals.start", LoopOptions.DEFAULT, options);
        prepare();
        return start(chosen).awaitStart();
    }

    private static void prepare() {
        Task<?> current = Task.currentOrNull();
        if (current != null) {
            current.checkpoint();
        }
    }

    /** Starts a portal; does not wait. */
    private LoopPortal start(LoopOptions options) {
        Task<?> current = Task.currentOrNull();
        if (current == null) {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return LoopPortal
                    .start(opener.open(options, new Holder(Holder.APPLICATION, "application", loader, () -> false)));
        }
        LoopPortal portal = LoopPortal.start(opener.open(options, current.loop.holder));
        boolean known = false;
        try {
            Runnable end = () -> portal.stop(true);
            current.loop.end.observe(end);
            portal.run.loop.end.observe(() -> current.loop.end.forget(end));
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
                PlainPortals.prepare();
            }

            @Override
            public LoopPortal start() {
                return PlainPortals.this.start(chosen);
            }
        });
    }
}
