package io.anyio.api.whiteboard;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reports what the whiteboard serves. The methods return snapshots, may be called from any thread, and are not
 * checkpoints.
 *
 * <p>Guide: {@code docs/tcp.md}.
 */
@ProviderType
public interface WhiteboardRuntime {
    /**
     * Returns the servers.
     *
     * @return a list in the order of their service ids
     */
    List<ListenerDTO> listeners();

    /**
     * Returns the services that have the properties of a server but are not served.
     *
     * @return a list in the order of their service ids
     */
    List<FailedListenerDTO> failedListeners();
}
