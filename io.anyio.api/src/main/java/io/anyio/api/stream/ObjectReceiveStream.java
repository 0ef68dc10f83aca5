package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The receiving side of a stream of objects, which arrive in the order in which they were sent and without gaps.
 *
 * <p>In AnyIO: {@code anyio.abc.ObjectReceiveStream}.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface ObjectReceiveStream<T extends @Nullable Object> extends UnreliableObjectReceiveStream<T> {}
