package io.anyio.api.whiteboard;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Tells what the whiteboard serves. Snapshots, from any thread. */
@ProviderType
public interface WhiteboardRuntime {
    /**
     * The servers.
     *
     * @return in the order of their service ids
     */
    List<ListenerDTO> listeners();

    /**
     * The services that should be servers but are none.
     *
     * @return in the order of their service ids
     */
    List<FailedListenerDTO> failedListeners();
}
