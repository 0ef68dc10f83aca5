package io.anyio.api.thread;

import io.anyio.api.task.LoopOptions;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Starts event loops that serve ordinary threads through a portal.
 *
 * {@snippet :
 * Portals portals = AnyIO.service(Portals.class);
 * PortalProvider provider = portals.provider();
 * int length = provider.call(portal -> portal.call(() -> fetchLength(url)));
 * }
 *
 * <p>In a container a portal ends with the component or bundle that holds this service, and its tasks are cancelled. In
 * plain Java a portal that a task starts ends with the run of that task.
 *
 * <p>Guide: {@code docs/threads-and-portals.md}. In AnyIO: {@code anyio.start_blocking_portal}.
 */
@ProviderType
public interface Portals {
    /**
     * Starts an event loop and a portal into it, with the default options; otherwise like
     * {@link #start(UnaryOperator)}.
     *
     * @return the portal, which the caller must close
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default BlockingPortal start() {
        return start(options -> options);
    }

    /**
     * Starts an event loop on a daemon thread of its own, and a portal into it.
     *
     * @param options changes the default options: the backend, the name of the loop and its thread, the clock
     * @return the portal, which the caller must close
     * @throws IllegalArgumentException if the options name an unknown backend
     * @throws IllegalStateException if the backend is not available
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    BlockingPortal start(UnaryOperator<LoopOptions> options);

    /**
     * Makes a provider of a shared portal with the default options; see {@link PortalProvider}.
     *
     * @return the provider, which has not started anything
     */
    default PortalProvider provider() {
        return provider(options -> options);
    }

    /**
     * Makes a provider of a shared portal; see {@link PortalProvider}.
     *
     * @param options changes the default options of each loop that is started
     * @return the provider, which has not started anything
     */
    PortalProvider provider(UnaryOperator<LoopOptions> options);
}
