package io.anyio.api.whiteboard;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reports what the whiteboard serves. The methods return snapshots, may be called from any thread, and are not
 * checkpoints.
 *
 * <p>The service has the properties {@link Whiteboard#CHANGE_COUNT}, a {@code Long} that grows with each change of what
 * is served or has failed, and {@link Whiteboard#ENDPOINT}, a {@code String[]} with the end points on which is
 * listened, such as {@code tcp://127.0.0.1:7007}, {@code udp://[::1]:53} or {@code unix:/run/echo.sock}. All addresses
 * are {@code [::]}, and with UDP {@code 0.0.0.0}.
 *
 * <p>Guide: {@code docs/whiteboard.md}. Rules: WB-44 to WB-46 of {@code docs/beyond.md}.
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
     * Returns the services, configurations and end points that are not served.
     *
     * @return a list in the order of their service ids
     */
    List<FailedListenerDTO> failedListeners();
}
