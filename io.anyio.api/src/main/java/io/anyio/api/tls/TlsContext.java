package io.anyio.api.tls;

import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keys and trusted certificates under a name. As an OSGi service with the property {@value #NAME} it is what a server
 * of the whiteboard means by its property {@code tls}.
 *
 * <p>The whiteboard calls these methods for each connection, in its task. A service that replaces another one of the
 * same name is used for the handshakes that begin from then on; if several have the name, the one with the highest
 * {@code service.ranking} is used.
 *
 * <p>Guide: {@code docs/whiteboard.md}. AnyIO has no counterpart.
 */
@ConsumerType
@FunctionalInterface
public interface TlsContext {
    /** The service property for the name, a text. */
    String NAME = "anyio.tls.name";

    /**
     * Returns the keys and the trusted certificates. Called by several tasks and threads at the same time. In a task it
     * must return at once, because the loop waits for it; in a thread that runs no task it may read files.
     *
     * @return the context that handshakes use from now on
     * @throws IllegalStateException if there are no keys at the moment; handshakes fail with it
     */
    SSLContext sslContext();

    /**
     * Applies this context to the options of a server. An implementation may also set the protocol versions, and
     * whether clients need a certificate. Not a checkpoint.
     *
     * @param options the options so far
     * @return new options with the context
     */
    default TlsListenerOptions listener(TlsListenerOptions options) {
        return Objects.requireNonNull(options, "TlsContext.listener: the options are null").context(sslContext());
    }

    /**
     * Applies this context to the options of a client. An implementation may also set the protocol versions. Not a
     * checkpoint.
     *
     * @param options the options so far
     * @return new options with the context
     */
    default TlsOptions client(TlsOptions options) {
        return Objects.requireNonNull(options, "TlsContext.client: the options are null").context(sslContext());
    }
}
