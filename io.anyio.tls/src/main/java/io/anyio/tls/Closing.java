package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.AsyncResource;
import java.io.IOException;

/** Closes the transport of TLS. */
final class Closing {
    private Closing() {}

    /**
     * Closes a resource at once, without waiting for a graceful end, even if the caller is cancelled. If the close
     * fails, its exception is suppressed in the reason for which it is closed.
     */
    static void forcefully(TaskContext task, AsyncResource resource, Throwable reason) {
        try {
            task.runCancelled("the transport of TLS is closed forcefully", resource::close);
        } catch (IOException | RuntimeException e) {
            if (e != reason) {
                reason.addSuppressed(e);
            }
        }
    }
}
