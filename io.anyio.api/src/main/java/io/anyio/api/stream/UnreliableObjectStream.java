package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stream of objects in both directions that guarantees neither their order nor their arrival.
 *
 * <p>In AnyIO: {@code anyio.abc.UnreliableObjectStream}.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface UnreliableObjectStream<T extends @Nullable Object>
        extends
        UnreliableObjectReceiveStream<T>,
        UnreliableObjectSendStream<T> {}
