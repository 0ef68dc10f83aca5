package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The sending side of a stream of objects, which arrive in the order in which they are sent and without gaps.
 *
 * <p>In AnyIO: {@code anyio.abc.ObjectSendStream}.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface ObjectSendStream<T extends @Nullable Object> extends UnreliableObjectSendStream<T> {}
