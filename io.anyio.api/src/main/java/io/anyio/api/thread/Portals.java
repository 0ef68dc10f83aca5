package io.anyio.api.thread;

import io.anyio.api.task.LoopOptions;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Starts event loops that serve ordinary threads through a portal. In a container a portal ends with the component or
 * bundle that holds this service, its tasks cancelled; a portal that a task starts in plain Java ends with that task's
 * run.
 */
@ProviderType
public interface Portals {
    /**
     * Starts an event loop in a daemon thread of its own, with a portal into it.
     *
     * @return the portal, to be closed
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default BlockingPortal start() {
        return start(options -> options);
    }

    /**
     * Starts an event loop in a daemon thread of its own, with options, and a portal into it.
     *
     * @param options changes the default options: backend, name of the loop and its thread, clock
     * @return the portal, to be closed
     * @throws IllegalArgumentException if there is no such backend
     * @throws IllegalStateException if the backend is not available
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    BlockingPortal start(UnaryOperator<LoopOptions> options);

    /**
     * Makes a portal that its users share: the first starts it, the last stops it.
     *
     * @return the provider; nothing is started yet
     */
    default PortalProvider provider() {
        return provider(options -> options);
    }

    /**
     * Makes a portal that its users share, with options.
     *
     * @param options changes the default options of each loop that is started
     * @return the provider; nothing is started yet
     */
    PortalProvider provider(UnaryOperator<LoopOptions> options);
}
